//! Clocks of nodes that can be moved: `clock.c` between a node and its calendar.

use super::world::STRICT;
use super::{Node, Place, World, compile};

/// A server whose nodes' clocks can be moved; none without a C compiler.
pub(crate) async fn world(place: &Place, nodes: usize) -> Option<World> {
    let library = compile(place, "clock")?;
    let folder = place.path().to_str().expect("UTF-8").to_owned();
    let settings = [STRICT, &[("LD_PRELOAD", library.as_str()), ("CLOCK_FOLDER", folder.as_str())]].concat();
    Some(World::open(place, nodes, &settings).await)
}

/// Sets how far a node's clock is off, in seconds.
pub(crate) fn set(place: &Place, node: &Node, seconds: i64) {
    let (file, next) = (place.path().join(node.address.to_string()), place.path().join("next"));
    std::fs::write(&next, seconds.to_string()).expect("a file is written");
    std::fs::rename(next, file).expect("a file is moved");
}
