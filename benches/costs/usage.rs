//! Processor time and memory of processes, as `/proc` tells them.

use std::{fs, io, time::Duration};

use crate::wrong;

/// The kernel counts the time of processes that have ended in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// The processor time that a process has had so far, of all its threads.
pub(crate) fn processor_time(process: u32) -> io::Result<Duration> {
    let mut nanos = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        // On-CPU and waiting time in nanoseconds, and the number of time slices. A thread may end
        // between the look at the folder and at its file.
        let figures = fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
        let on_cpu = figures.split_ascii_whitespace().next();
        nanos += on_cpu.and_then(|figure| figure.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(Duration::from_nanos(nanos))
}

/// The same of a process and all its children, also of those that have ended: PostgreSQL has a
/// process for each connection.
pub(crate) fn processor_time_of_family(parent: u32) -> io::Result<Duration> {
    let mut sum = processor_time(parent)?;
    let stat = fs::read_to_string(format!("/proc/{parent}/stat"))?;
    // Of children that were waited for, in user mode and in the kernel.
    for figure in fields(&stat).skip(13).take(2) {
        sum += TICK * figure.parse().map_err(|_| wrong("a time that is none"))?;
    }
    for process in fs::read_dir("/proc")? {
        let Ok(process) = process?.file_name().to_string_lossy().parse::<u32>() else {
            continue;
        };
        let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else {
            continue;
        };
        if fields(&stat).nth(1) == Some(&parent.to_string()) {
            sum += processor_time(process).unwrap_or_default();
        }
    }
    Ok(sum)
}

/// From the state on: before it stands the program's name, which may hold blanks.
fn fields(stat: &str) -> impl Iterator<Item = &str> {
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    after_name.split_ascii_whitespace()
}

/// Memory of a process that is present, in bytes.
pub(crate) fn memory(process: u32) -> io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    let kib = kib.ok_or_else(|| wrong("the system does not tell the memory"))?;
    Ok(kib * 1024)
}
