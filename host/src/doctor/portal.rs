//! The portal's sites: found by name, reached, and what they answer. Nothing but their front page is asked for.

use std::error::Error as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant, SystemTime};

use chrono::DateTime;
use reqwest::Client;
use reqwest::header::DATE;
use reqwest::redirect::Policy;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use url::Url;

use crate::config::check_limits;
use crate::config::schema::{Config, SITES};
use crate::doctor::finding::Finding;

/// What was found of a site.
pub struct Site {
    /// What is to be said.
    pub finding: Finding,
    /// How far this machine's clock is from the site's: which of the two is ahead does not matter.
    pub clock_off: Option<Duration>,
}

/// Looks at all sites, at once.
pub async fn examine(config: &Config) -> Vec<Site> {
    let at = &config.portal.origins;
    let origins = [&at.account, &at.containers, &at.wizard, &at.appointments];
    let looks = SITES
        .into_iter()
        .zip(origins)
        .map(|(name, origin)| look(format!("portal.{name}"), origin));
    futures::future::join_all(looks).await
}

async fn look(name: String, origin: &Url) -> Site {
    let failed = |detail: String, advice: &str| Site {
        finding: Finding::fail(&name, format!("{origin}: {detail}"), advice),
        clock_off: None,
    };
    let asked = timeout(check_limits::DOCTOR_SITE, ask(origin)).await;
    let answer = match asked {
        Ok(Ok(answer)) => answer,
        Ok(Err((detail, advice))) => return failed(detail, advice),
        Err(_) => {
            let within = check_limits::DOCTOR_SITE.as_secs();
            let advice = "look at the network; the portal may be down";
            return failed(format!("no answer within {within} s"), advice);
        }
    };
    let told = format!(
        "{origin} answered {} in {} ms",
        answer.status,
        answer.took.as_millis()
    );
    let finding = match answer.status {
        403 => Finding::warn(
            name,
            told,
            "the portal may not serve this network (`forbidden-region`): open it in a browser on this machine",
        ),
        500.. => Finding::fail(name, told, "the portal is down or busy; try again later"),
        _ => Finding::ok(name, told),
    };
    Site {
        finding,
        clock_off: answer.clock_off,
    }
}

struct Answer {
    status: u16,
    took: Duration,
    clock_off: Option<Duration>,
}

/// Step by step, so that what fails has a name.
async fn ask(origin: &Url) -> Result<Answer, (String, &'static str)> {
    let (Some(host), Some(port)) = (origin.host_str(), origin.port_or_known_default()) else {
        let advice = "correct it in [portal.origins]";
        return Err(("it has no host".to_owned(), advice));
    };
    // An address in IPv6 is bracketed in a URL, and plain here.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let found = addresses(host, port).await.map_err(|error| {
        let advice = "look at the name in [portal.origins] and at this machine's DNS";
        (format!("its name is not found: {error}"), advice)
    })?;
    TcpStream::connect(&found[..]).await.map_err(|error| {
        let advice = "the portal is down, or a firewall is in between";
        (format!("it cannot be reached: {error}"), advice)
    })?;
    // As the browsers: straight, and where it leads is not followed.
    let client = Client::builder()
        .no_proxy()
        .resolve_to_addrs(host, &found)
        .redirect(Policy::none())
        .build();
    let broken = |error: reqwest::Error| {
        let advice = "look at TLS interception, the clock, and the certificates of this machine";
        let cause = error.source().map(ToString::to_string);
        let cause = cause.unwrap_or_else(|| error.to_string());
        (
            format!("it does not answer as a web site does: {cause}"),
            advice,
        )
    };
    let client = client.map_err(broken)?;
    let asked = Instant::now();
    let response = client.get(origin.clone()).send().await.map_err(broken)?;
    let date = response.headers().get(DATE).and_then(|it| it.to_str().ok());
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    let clock_off = date.map(|date| {
        let (there, here) = (SystemTime::from(date), SystemTime::now());
        let ahead = there.duration_since(here);
        ahead.unwrap_or_else(|behind| behind.duration())
    });
    Ok(Answer {
        status: response.status().as_u16(),
        took: asked.elapsed(),
        clock_off,
    })
}

/// Names below `localhost` are this machine for browsers, whatever DNS says of them (RFC 6761 §6.3).
async fn addresses(host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
    if host == "localhost" || host.ends_with(".localhost") {
        let loopback = [
            IpAddr::from(Ipv4Addr::LOCALHOST),
            IpAddr::from(Ipv6Addr::LOCALHOST),
        ];
        return Ok(loopback.map(|ip| SocketAddr::new(ip, port)).to_vec());
    }
    Ok(lookup_host((host, port)).await?.collect())
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;

    use super::*;
    use crate::doctor::finding::Level;

    async fn site_that_answers(status: StatusCode) -> Site {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let origin = format!(
            "http://portal.localhost:{}",
            listener.local_addr().unwrap().port()
        );
        let routes = Router::new().fallback(move || async move { status });
        let server = axum_server::from_tcp(listener).unwrap();
        let serving = tokio::spawn(server.serve(routes.into_make_service()));
        let site = look("portal.test".to_owned(), &origin.parse().unwrap()).await;
        serving.abort();
        site
    }

    #[tokio::test]
    async fn what_a_site_answers_is_told_and_a_refusal_is_told_from_a_failure() {
        for (status, level) in [
            (StatusCode::OK, Level::Ok),
            (StatusCode::FOUND, Level::Ok),
            (StatusCode::FORBIDDEN, Level::Warn),
            (StatusCode::SERVICE_UNAVAILABLE, Level::Fail),
        ] {
            let site = site_that_answers(status).await;
            assert_eq!(site.finding.level, level, "{}", site.finding);
            assert!(
                site.finding.detail.contains(status.as_str()),
                "{}",
                site.finding
            );
            assert!(site.clock_off.is_some());
        }
    }

    #[tokio::test]
    async fn a_site_that_is_not_there_fails_at_the_step_that_fails() {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://127.0.0.1:{}", gone.local_addr().unwrap().port());
        drop(gone);
        for (origin, step) in [
            (origin.as_str(), "cannot be reached"),
            ("http://nowhere.invalid", "its name is not found"),
        ] {
            let site = look("portal.test".to_owned(), &origin.parse().unwrap()).await;
            assert_eq!(site.finding.level, Level::Fail);
            assert!(site.finding.detail.contains(step), "{}", site.finding);
        }
    }
}
