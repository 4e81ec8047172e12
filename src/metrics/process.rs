//! What the operating system says of this process. Linux tells it in `/proc`; elsewhere there is nothing.

use super::page::Page;
use std::fs::read_to_string;

/// Linux counts processor time in hundredths of a second, whatever its own clock is.
const TICKS_PER_SECOND: f64 = 100.0;

/// Memory, processor time and open files.
pub(super) fn render(page: &mut Page) {
    if let Some(bytes) = resident_bytes(&read_to_string("/proc/self/status").unwrap_or_default()) {
        page.gauge("process_resident_memory_bytes", "Memory in use.", bytes);
    }
    if let Some(seconds) = cpu_seconds(&read_to_string("/proc/self/stat").unwrap_or_default()) {
        page.seconds("process_cpu_seconds", "Processor time used.", seconds);
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        page.gauge("process_open_fds", "Open files and sockets.", i64::try_from(open.count()).unwrap_or(i64::MAX));
    }
    if let Some(most) = most_open_files(&read_to_string("/proc/self/limits").unwrap_or_default()) {
        page.gauge("process_max_fds", "Most files and sockets that may be open.", most);
    }
}

fn resident_bytes(status: &str) -> Option<i64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok()?.checked_mul(1024)
}

/// The name of the program, in parentheses, may hold anything: counting begins behind it.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system) = (fields.next()?.parse::<u32>().ok()?, fields.next()?.parse::<u32>().ok()?);
    Some((f64::from(user) + f64::from(system)) / TICKS_PER_SECOND)
}

fn most_open_files(limits: &str) -> Option<i64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{cpu_seconds, most_open_files, resident_bytes};

    #[test]
    fn proc_is_read_as_linux_writes_it() {
        assert_eq!(resident_bytes("Name:\tx\nVmRSS:\t   12 kB\n"), Some(12_288));
        assert_eq!(resident_bytes("Name:\tx\n"), None);
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        assert_eq!(cpu_seconds(stat), Some(2.0));
        assert_eq!(cpu_seconds("7 (a"), None);
        let limits = "Limit   Soft Limit  Hard Limit  Units\nMax open files  1024  4096  files\n";
        assert_eq!(most_open_files(limits), Some(1024));
        assert_eq!(most_open_files("Max open files  unlimited  unlimited  files\n"), None);
    }
}
