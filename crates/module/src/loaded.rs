//! A loaded module: its tokens, the one key that was chosen, login and signature.
//! PKCS #11 Cryptographic Token Interface Base Specification 2.40.
//!
//! `cryptoki` calls the module; nothing else here does. It stands in the child only.

use std::io;
use std::path::Path;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::ObjectHandle;
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::RawAuthPin;

use crate::objects::{Certificate, certificates, private_key};
use crate::return_code::{fault, login_fault};
use crate::wire::{Answer, Fault, KeyKind, Token};

/// More readers than a person has.
const MAX_SLOTS: usize = 16;

/// An initialised module.
pub(super) struct Loaded {
    pkcs11: Pkcs11,
    chosen: Option<Chosen>,
}

/// The session with the token of the chosen certificate.
struct Chosen {
    slot: Slot,
    token: Token,
    session: Session,
    certificate: Certificate,
    mechanism: Mechanism<'static>,
    state: State,
}

enum State {
    LoggedOut,
    /// Logged in; this key is to sign.
    Ready(ObjectHandle),
    /// The signature was begun and the PIN given for it alone.
    Begun,
    Over,
}

impl Loaded {
    /// Loads and initialises the library.
    pub(super) fn load(path: &Path) -> Result<Self, Error> {
        let pkcs11 = Pkcs11::new(path)?;
        pkcs11.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
        Ok(Self { pkcs11, chosen: None })
    }

    /// Says every token and its certificates. A token that cannot be read is left out.
    pub(super) fn list(
        &self,
        say: &mut impl FnMut(&Answer) -> io::Result<()>,
    ) -> io::Result<Result<(), Fault>> {
        let slots = match self.slots() {
            Ok(slots) => slots,
            Err(error) => return Ok(Err(fault(&error))),
        };
        for slot in slots {
            let read = self
                .pkcs11
                .get_token_info(slot)
                .and_then(|token| Ok((token, certificates(&self.pkcs11.open_ro_session(slot)?)?)));
            let Ok((token, certificates)) = read else { continue };
            say(&Answer::Token(describe(&token)))?;
            for certificate in certificates {
                say(&Answer::Certificate(certificate.der))?;
            }
        }
        Ok(Ok(()))
    }

    /// Finds the token that has this very certificate.
    pub(super) fn choose(&mut self, key: KeyKind, der: &[u8]) -> Result<Token, Fault> {
        let mechanism = match key {
            KeyKind::Rsa => Mechanism::RsaPkcs,
            KeyKind::EllipticCurve => Mechanism::Ecdsa,
        };
        self.chosen = None;
        for slot in self.slots().map_err(|error| fault(&error))? {
            let Ok(session) = self.pkcs11.open_ro_session(slot) else { continue };
            let Ok(found) = certificates(&session) else { continue };
            if let Some(certificate) = found.into_iter().find(|found| found.der == der) {
                let token = self.pkcs11.get_token_info(slot).map_err(|error| fault(&error))?;
                let token = describe(&token);
                self.chosen = Some(Chosen {
                    slot,
                    token: token.clone(),
                    session,
                    certificate,
                    mechanism,
                    state: State::LoggedOut,
                });
                return Ok(token);
            }
        }
        Err(Fault::NoCertificate)
    }

    /// Gives the PIN to the token of the chosen certificate; an empty one is typed at the reader.
    pub(super) fn login(&mut self, pin: &[u8]) -> Result<(), Fault> {
        let chosen = self.chosen.as_mut().ok_or(Fault::OutOfTurn)?;
        if !matches!(chosen.state, State::LoggedOut) {
            return Err(Fault::OutOfTurn);
        }
        // Whatever comes of it, this session takes no second PIN.
        chosen.state = State::Over;
        match chosen.log_in(pin) {
            Ok(state) => {
                chosen.state = state;
                Ok(())
            }
            // Many modules have no code for the number of tries left, but flags.
            Err(Fault::WrongPin { tries_left: None }) => {
                Err(match self.pkcs11.get_token_info(chosen.slot) {
                    Ok(token) if token.user_pin_locked() => Fault::PinLocked,
                    Ok(token) if token.user_pin_final_try() => {
                        Fault::WrongPin { tries_left: Some(1) }
                    }
                    Ok(_) | Err(_) => Fault::WrongPin { tries_left: None },
                })
            }
            Err(fault) => Err(fault),
        }
    }

    /// Signs once.
    pub(super) fn sign(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        let chosen = self.chosen.as_mut().ok_or(Fault::OutOfTurn)?;
        if matches!(chosen.state, State::LoggedOut) {
            return Err(Fault::OutOfTurn);
        }
        let signature = match std::mem::replace(&mut chosen.state, State::Over) {
            State::Ready(key) => chosen.session.sign(&chosen.mechanism, key, bytes),
            State::Begun => {
                chosen.session.sign_update(bytes).and_then(|()| chosen.session.sign_final())
            }
            State::LoggedOut | State::Over => return Err(Fault::OutOfTurn),
        };
        signature.map_err(|error| fault(&error))
    }

    /// Logs out and takes leave of the module.
    pub(super) fn finish(self) {
        if let Some(chosen) = self.chosen {
            // A session that never logged in says no; nothing depends on it.
            let _ = chosen.session.logout();
        }
        let _ = self.pkcs11.finalize();
    }

    fn slots(&self) -> Result<Vec<Slot>, Error> {
        let mut slots = self.pkcs11.get_slots_with_token()?;
        slots.truncate(MAX_SLOTS);
        Ok(slots)
    }
}

impl Chosen {
    /// One entry of a PIN. A key that wants the PIN for each signature gets it when the signature
    /// begins, so that a PIN is judged here and never at signing; and where the module lets it
    /// begin without the user's login, the card sees the PIN once and not twice.
    fn log_in(&self, pin: &[u8]) -> Result<State, Fault> {
        if let Ok(Some(key)) = private_key(&self.session, &self.certificate)
            && key.always_authenticate
        {
            match self.session.sign_init(&self.mechanism, key.handle) {
                Ok(()) => {
                    self.present(UserType::ContextSpecific, pin)?;
                    return Ok(State::Begun);
                }
                Err(Error::Pkcs11(RvError::UserNotLoggedIn, _)) => {}
                Err(error) => return Err(fault(&error)),
            }
        }
        self.present(UserType::User, pin)?;
        // Many tokens show their private keys only now.
        let key = private_key(&self.session, &self.certificate)
            .map_err(|error| fault(&error))?
            .ok_or(Fault::NoKey)?;
        if !key.always_authenticate {
            return Ok(State::Ready(key.handle));
        }
        self.session.sign_init(&self.mechanism, key.handle).map_err(|error| fault(&error))?;
        self.present(UserType::ContextSpecific, pin)?;
        Ok(State::Begun)
    }

    fn present(&self, user: UserType, pin: &[u8]) -> Result<(), Fault> {
        let logged_in = if pin.is_empty() {
            self.session.login(user, None)
        } else {
            // Wiped when dropped.
            self.session.login_with_raw(user, &RawAuthPin::new(Box::new(pin.to_vec())))
        };
        logged_in.map_err(|error| login_fault(&error, &self.token))
    }
}

fn describe(token: &TokenInfo) -> Token {
    let length = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
    Token {
        label: token.label().trim_end().to_owned(),
        pin_min: length(token.min_pin_length()),
        pin_max: length(token.max_pin_length()),
        pin_pad: token.protected_authentication_path(),
        count_low: token.user_pin_count_low(),
        final_try: token.user_pin_final_try(),
        locked: token.user_pin_locked(),
    }
}
