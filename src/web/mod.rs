//! Floor 4: HTTP. Endpoints, pages and the portal, the layers around them and the loop that serves them.

pub mod layers;
pub mod serve;
