//! TLS to the database: required unless the server is on this machine.

use anyhow::{Context, bail};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::io;
use std::sync::Arc;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

/// A database address, parsed, with the TLS it asks for or must have.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) tls: Option<MakeRustlsConnect>,
}

impl Target {
    /// Reads `postgres://…`, with libpq's `sslmode` and `sslrootcert`.
    ///
    /// Certificates and host names are always verified; `sslmode` decides only whether TLS is spoken at all.
    ///
    /// # Errors
    /// When the address cannot be read, or asks for a plain connection to another machine.
    pub(crate) fn parse(address: &str) -> anyhow::Result<Self> {
        let mut url = Url::parse(address).context("the database address is not a URL")?;
        let (mut mode, mut authority) = (None, None);
        let mut kept = Vec::new();
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" => authority = Some(value.into_owned()),
                _ => kept.push((name.into_owned(), value.into_owned())),
            }
        }
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        let mut config: tokio_postgres::Config = url
            .as_str()
            .parse()
            .context("the database address cannot be read")?;

        let here = config.get_hosts().iter().all(is_this_machine);
        let encrypt = match mode.as_deref() {
            None | Some("prefer" | "allow") => !here,
            Some("disable") if here => false,
            Some("disable") => {
                bail!("sslmode=disable to another machine: the database must be reached over TLS")
            }
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(other) => bail!("sslmode={other} is not one of disable, require, verify-ca, verify-full"),
        };
        config.ssl_mode(if encrypt {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        let tls = encrypt.then(|| connector(authority.as_deref())).transpose()?;
        Ok(Self { config, tls })
    }
}

/// What to do about a certificate that was refused.
pub(crate) fn advice(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    // An I/O error answers the cause of what it holds, and passes over that itself.
    let held = error
        .downcast_ref::<io::Error>()
        .and_then(|error| error.get_ref()?.downcast_ref());
    let refused = match held.or_else(|| error.downcast_ref())? {
        rustls::Error::InvalidCertificate(refused) => refused,
        _ => return None,
    };
    Some(match refused {
        // Another authority may have the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the server's certificate is of no authority that this machine knows; name the file of its authority: sslrootcert=PATH"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the server's certificate is for another host; name the host as its certificate does"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired; give the server a new one"
        }
        _ => return None,
    })
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
    }
}

fn connector(authority: Option<&str>) -> anyhow::Result<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = authority {
        for certificate in
            CertificateDer::pem_file_iter(path).with_context(|| format!("sslrootcert={path}"))?
        {
            roots.add(certificate.with_context(|| format!("sslrootcert={path}"))?)?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_is_reached_over_tls_or_not_at_all() {
        assert!(Target::parse("postgres://u@db.example/x").unwrap().tls.is_some());
        assert!(Target::parse("postgres://u@db.example/x?sslmode=disable").is_err());
        assert!(Target::parse("postgres://u@127.0.0.1/x").unwrap().tls.is_none());
        assert!(
            Target::parse("postgres://u@%2Ftmp%2Fsocket/x")
                .unwrap()
                .tls
                .is_none()
        );
        assert!(
            Target::parse("postgres://u@localhost/x?sslmode=verify-full")
                .unwrap()
                .tls
                .is_some()
        );
    }
}
