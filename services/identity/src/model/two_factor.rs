//! Second factors: secrets, the codes that are made of them, and the codes that stand in for a lost device.

use super::silent;
use anyhow::{Context, Result, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chassis::Secrets;
use chrono::{DateTime, Utc};
use events::AccountId;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt;
use totp_rs::{Builder, Totp};

/// What an authenticator app shows above the code.
const ISSUER: &str = "Joint";

/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// How many codes are given at a time, to be kept on paper.
pub(crate) const RECOVERY_CODES: usize = 10;

/// 80 bits: nobody finds one by trying, so that a fast hash is enough.
const RECOVERY_BYTES: usize = 10;

/// Pixels of a side of a module, and modules of the quiet zone around them (ISO 18004 asks for four).
const MODULE: usize = 6;
const QUIET: usize = 4;

/// The secret that an account shares with its owner's authenticator app.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TotpSecret([u8; SECRET_BYTES]);

impl TotpSecret {
    pub(crate) fn random() -> Self {
        Self(rand::random())
    }

    /// As people type it.
    pub(crate) fn in_letters(&self) -> String {
        totp_rs::Secret::from(self.0).to_base32()
    }

    /// As an app reads it, with whose it is.
    pub(crate) fn url(&self, account_name: &str) -> Result<String> {
        // A colon separates issuer and name; no address of ours has one.
        let account_name = account_name.replace(':', "");
        let totp = self
            .builder()
            .with_account_name(account_name)
            .with_issuer(Some(ISSUER));
        Ok(totp.build()?.to_url()?)
    }

    /// The time step whose code this is: the present one, or one before or after, for clocks differ.
    pub(crate) fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let now = u64::try_from(now.timestamp()).ok()?;
        let step = self.totp().ok()?.check(code, now)?;
        i64::try_from(step).ok()
    }

    fn totp(&self) -> Result<Totp> {
        Ok(self.builder().build()?)
    }

    fn builder(&self) -> Builder {
        Builder::new().with_secret(self.0).with_skew(1)
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        silent(f, "TotpSecret")
    }
}

/// Encrypts secrets for the database. What is sealed for one account opens for no other.
#[derive(Clone)]
pub(crate) struct Sealer(XChaCha20Poly1305);

impl Sealer {
    pub(crate) fn new(secrets: &Secrets) -> Self {
        Self(XChaCha20Poly1305::new(&secrets.key("two-factor").into()))
    }

    /// A nonce that is used once, and what is sealed with it.
    pub(crate) fn seal(&self, account: AccountId, secret: &TotpSecret) -> Result<Vec<u8>> {
        let nonce: [u8; 24] = rand::random();
        let payload = Payload {
            msg: &secret.0,
            aad: account.0.as_bytes(),
        };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|error| anyhow!("a secret cannot be sealed: {error}"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub(crate) fn open(&self, account: AccountId, sealed: &[u8]) -> Result<TotpSecret> {
        let (nonce, sealed) = sealed
            .split_first_chunk::<24>()
            .context("a sealed secret is cut off")?;
        let payload = Payload {
            msg: sealed,
            aad: account.0.as_bytes(),
        };
        let secret = self.0.decrypt(&XNonce::from(*nonce), payload);
        let secret = secret.map_err(|error| anyhow!("a sealed secret cannot be opened: {error}"))?;
        let secret = secret.first_chunk().context("a secret has another length")?;
        Ok(TotpSecret(*secret))
    }
}

/// What somebody typed as their second factor.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Code {
    /// Six digits, of an authenticator app.
    Totp(String),
    /// Anything else: letters from paper, without what stands between them.
    Recovery(String),
}

impl Code {
    pub(crate) fn typed(text: &str) -> Self {
        let is_sign = |letter: &char| !letter.is_whitespace() && *letter != '-';
        let signs: String = text.chars().filter(is_sign).collect();
        if signs.len() == 6 && signs.bytes().all(|digit| digit.is_ascii_digit()) {
            Self::Totp(signs)
        } else {
            Self::Recovery(signs.to_ascii_uppercase())
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        silent(f, "Code")
    }
}

/// Codes that let somebody in once each, as they are shown, and as they are kept.
pub(crate) struct RecoveryCodes {
    pub(crate) shown: Vec<String>,
    pub(crate) kept: Vec<Vec<u8>>,
}

impl RecoveryCodes {
    pub(crate) fn random(secrets: &Secrets, account: AccountId) -> Self {
        let fresh = || {
            let bytes: [u8; RECOVERY_BYTES] = rand::random();
            totp_rs::Secret::from(bytes.to_vec()).to_base32()
        };
        let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| fresh()).collect();
        let kept = codes
            .iter()
            .map(|code| Self::hash(secrets, account, code))
            .collect();
        let shown = codes.iter().map(|code| in_groups(code)).collect();
        Self { shown, kept }
    }

    /// What is kept of a code.
    pub(crate) fn hash(secrets: &Secrets, account: AccountId, code: &str) -> Vec<u8> {
        let parts = [account.0.as_bytes().as_slice(), code.as_bytes()];
        secrets.digest("recovery-code", &parts).to_vec()
    }
}

/// `abcd-efgh-ijkl-mnop`: four letters at a time can be typed from paper.
fn in_groups(code: &str) -> String {
    let letters: Vec<_> = code.to_ascii_lowercase().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// A picture that an app reads with a camera, as a data URL.
pub(crate) fn picture_of(text: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let (modules, colors) = (code.width(), code.to_colors());
    let side = (modules + 2 * QUIET) * MODULE;
    let is_dark = |x: usize, y: usize| {
        let module = |pixel: usize| {
            (pixel / MODULE)
                .checked_sub(QUIET)
                .filter(|module| *module < modules)
        };
        let at = module(y)
            .zip(module(x))
            .map(|(row, column)| row * modules + column);
        at.and_then(|at| colors.get(at)) == Some(&Color::Dark)
    };
    let pixels: Vec<u8> = (0..side)
        .flat_map(|y| (0..side).map(move |x| (x, y)))
        .map(|(x, y)| if is_dark(x, y) { 0 } else { u8::MAX })
        .collect();
    let mut file = Vec::new();
    let length = u32::try_from(side)?;
    let mut encoder = png::Encoder::new(&mut file, length, length);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(file)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_code_is_good_for_its_time_and_a_step_around_it() {
        let (secret, now) = (TotpSecret::random(), Utc::now());
        let at = |seconds: i64| now + TimeDelta::seconds(seconds);
        let code = secret
            .totp()
            .unwrap()
            .generate(u64::try_from(now.timestamp()).unwrap());
        let code = code.to_string();
        let step = now.timestamp() / 30;
        for seconds in [-30, 0, 30] {
            assert_eq!(secret.step_of(&code, at(seconds)), Some(step));
        }
        for seconds in [-120, 120] {
            assert_ne!(secret.step_of(&code, at(seconds)), Some(step));
        }
        for nonsense in ["", "1", "12345", "1234567", "abcdef", "+12345"] {
            assert_eq!(secret.step_of(nonsense, now), None, "{nonsense}");
        }
    }

    #[test]
    fn an_app_reads_what_the_url_says() {
        let secret = TotpSecret::random();
        let url = secret.url("ada@mail.example").unwrap();
        let read = Totp::from_url(&url).unwrap();
        assert_eq!(read.secret().to_base32(), secret.in_letters());
        assert_eq!(read.issuer(), Some(ISSUER));
        let picture = picture_of(&url).unwrap();
        let file = STANDARD
            .decode(picture.strip_prefix("data:image/png;base64,").unwrap())
            .unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        assert!(reader.info().width > 200 && reader.info().width == reader.info().height);
    }

    #[test]
    fn what_is_sealed_for_one_account_opens_for_no_other_and_not_with_another_key() {
        let (sealer, secret, account) = (
            Sealer::new(&Secrets::random()),
            TotpSecret::random(),
            AccountId::new(),
        );
        let sealed = sealer.seal(account, &secret).unwrap();
        assert!(sealer.open(account, &sealed).unwrap() == secret);
        assert!(!sealed.windows(SECRET_BYTES).any(|part| part == secret.0));
        assert_ne!(
            sealed,
            sealer.seal(account, &secret).unwrap(),
            "a nonce is used once"
        );
        assert!(sealer.open(AccountId::new(), &sealed).is_err());
        assert!(Sealer::new(&Secrets::random()).open(account, &sealed).is_err());
        assert!(sealer.open(account, sealed.get(..30).unwrap()).is_err());
    }

    #[test]
    fn recovery_codes_are_typed_as_they_are_read() {
        let (secrets, account) = (Secrets::random(), AccountId::new());
        let codes = RecoveryCodes::random(&secrets, account);
        assert_eq!(
            (codes.shown.len(), codes.kept.len()),
            (RECOVERY_CODES, RECOVERY_CODES)
        );
        for (shown, kept) in codes.shown.iter().zip(&codes.kept) {
            assert_eq!(shown.len(), 19, "{shown}");
            for typed in [shown.clone(), shown.to_uppercase(), shown.replace('-', " ")] {
                let Code::Recovery(code) = Code::typed(&typed) else {
                    panic!("{typed}")
                };
                assert_eq!(&RecoveryCodes::hash(&secrets, account, &code), kept);
                assert_ne!(&RecoveryCodes::hash(&secrets, AccountId::new(), &code), kept);
            }
        }
        assert!(Code::typed(" 123 456 ") == Code::Totp("123456".to_owned()));
        assert!(Code::typed("12345") == Code::Recovery("12345".to_owned()));
    }
}
