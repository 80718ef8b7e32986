//! What the machine gives: the listen address, the clock, open files, memory. And whether callers could show a token.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::time::Duration;

use reqwest::Client;
use serde_json::Value;

use crate::config::check_limits;
use crate::config::schema::Config;
use crate::doctor::finding::Finding;
use crate::doctor::portal::Site;

/// Whether there are tokens, where callers have to show one.
#[must_use]
pub fn tokens(config: &Config, tokens: i64) -> Finding {
    let name = "tokens";
    match (config.server.needs_tokens(), tokens) {
        (true, 0) => Finding::fail(
            name,
            format!(
                "callers of {} have to show a token, and there is none",
                config.server.listen
            ),
            "make one: `gantry token new --name NAME --scope read --config …`",
        ),
        (true, count) => Finding::ok(
            name,
            format!("callers have to show one, and {count} can be used"),
        ),
        (false, count) => Finding::ok(
            name,
            format!("callers on this machine need none; {count} can be used"),
        ),
    }
}

/// Whether the host could listen, or does.
pub async fn listen(config: &Config, is_used: bool) -> Finding {
    let (name, address) = ("listen", config.server.listen);
    let error = match TcpListener::bind(address) {
        // Port 0 is whichever is free: nothing is told by it.
        Ok(_) if is_used && address.port() != 0 => {
            let detail = format!("{address} is free, although a host runs on the storage folder");
            let advice = "that host has another [server] listen; restart it if this one is meant";
            return Finding::warn(name, detail, advice);
        }
        Ok(_) => return Finding::ok(name, format!("{address} is free")),
        Err(error) => error,
    };
    if error.kind() != std::io::ErrorKind::AddrInUse {
        let advice = "set [server] listen to an address of this machine, with a port from 1024 on";
        return Finding::fail(name, format!("{address}: {error}"), advice);
    }
    if is_host(address).await {
        return Finding::ok(name, format!("a host answers at {address}"));
    }
    let advice = "end what listens there (`ss -ltnp` names it), or set [server] listen";
    Finding::fail(name, format!("something else listens at {address}"), advice)
}

async fn is_host(address: SocketAddr) -> bool {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
    };
    let url = format!("http://{}/livez", SocketAddr::new(ip, address.port()));
    let asked = async {
        let client = Client::builder()
            .no_proxy()
            .timeout(check_limits::DOCTOR_HOST)
            .build()?;
        client.get(url).send().await?.json::<Value>().await
    };
    asked.await.is_ok_and(|body| body["status"] == "live")
}

/// Whether this machine's clock agrees with the portal's.
#[must_use]
pub fn clock(sites: &[Site]) -> Finding {
    let name = "clock";
    // The nearest: one portal machine with a wrong clock is not ours to mend.
    let Some(off) = sites.iter().filter_map(|site| site.clock_off).min() else {
        let advice = "run the doctor again when the portal answers";
        return Finding::warn(name, "it cannot be compared with the portal's", advice);
    };
    if off > check_limits::CLOCK_OFF {
        let detail = format!("it is {} s off the portal's", off.as_secs());
        return Finding::warn(
            name,
            detail,
            "set it, and have it kept by NTP: `timedatectl set-ntp true`",
        );
    }
    Finding::ok(
        name,
        format!(
            "it agrees with the portal's, to {} s",
            off.max(Duration::from_secs(1)).as_secs()
        ),
    )
}

/// Whether enough files may be open at once.
#[must_use]
pub fn open_files(config: &Config) -> Finding {
    let name = "open-files";
    let sessions = u64::try_from(config.pool.max_sessions).unwrap_or(u64::MAX);
    let wanted = sessions
        .saturating_mul(check_limits::OPEN_FILES_A_SESSION)
        .saturating_add(check_limits::OPEN_FILES_BESIDE);
    let text = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    match soft_limit(&text) {
        None => Finding::ok(name, "no limit is known"),
        Some(limit) if limit < wanted => Finding::warn(
            name,
            format!(
                "{limit} may be open here; {sessions} sessions and their callers may want {wanted}"
            ),
            "raise it: `LimitNOFILE=` in the unit, `ulimit -n` in a shell",
        ),
        Some(limit) => Finding::ok(name, format!("{limit} may be open here")),
    }
}

/// `Max open files  1024  524288  files`, proc(5); none if there is no limit.
fn soft_limit(limits: &str) -> Option<u64> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Whether the machine has the memory that a full pool takes.
#[must_use]
pub fn memory(config: &Config) -> Finding {
    let name = "memory";
    let sessions = u64::try_from(config.pool.max_sessions).unwrap_or(u64::MAX);
    let more = sessions
        .saturating_sub(1)
        .saturating_mul(check_limits::SESSION_MIB);
    let wanted = more.saturating_add(check_limits::FIRST_SESSION_MIB);
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kilobytes = total.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    let Some(mib) = kilobytes.map(|it| it >> 10) else {
        return Finding::ok(name, "how much there is is not known");
    };
    if mib < wanted {
        return Finding::warn(
            name,
            format!("this machine has {mib} MiB; {sessions} sessions take about {wanted} MiB"),
            "lower [pool] max_sessions, or take a larger machine",
        );
    }
    Finding::ok(
        name,
        format!("{mib} MiB; {sessions} sessions take about {wanted} MiB"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_read_and_none_is_no_limit() {
        let text =
            |soft: &str| format!("Limit  Soft\nMax open files            {soft}   4096   files\n");
        assert_eq!(soft_limit(&text("1024")), Some(1024));
        assert_eq!(soft_limit(&text("unlimited")), None);
        assert_eq!(soft_limit(""), None);
    }

    #[test]
    fn a_host_off_loopback_without_tokens_fails_and_says_how_to_make_one() {
        let mut config = Config::default();
        assert_eq!(tokens(&config, 0).advice, None);
        config.server.listen = ([0, 0, 0, 0], 5010).into();
        let advice = tokens(&config, 0).advice.unwrap();
        assert!(advice.contains("gantry token new"), "{advice}");
        assert_eq!(tokens(&config, 1).advice, None);
    }
}
