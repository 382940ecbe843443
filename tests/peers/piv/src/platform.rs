//! Where the card keeps its keys: Trussed with the backends that its extensions need, in memory.

use piv_authenticator::{Authenticator, Options};
use trussed::backend::{Backend as _, BackendId};
use trussed::platform::Platform;
use trussed::serde_extensions::{ExtensionDispatch, ExtensionId, ExtensionImpl};
use trussed::service::ServiceResources;
use trussed::types::Context;
use trussed::virt::{self, StoreConfig};
use trussed_auth::AuthExtension;
use trussed_auth_backend::{AuthBackend, AuthContext, FilesystemLayout};
use trussed_chunked::ChunkedExtension;
use trussed_core::Error;
use trussed_core::api::{Reply, Request, reply, request};
use trussed_core::types::Location;
use trussed_hpke::HpkeExtension;
use trussed_rsa_alloc::SoftwareRsa;
use trussed_staging::{StagingBackend, StagingContext};
use trussed_wrap_key_to_file::WrapKeyToFileExtension;

use crate::Carrier;

/// A new, empty card for as long as `work` takes. Its PIN is 123456.
pub fn with_card<R>(work: impl FnOnce(&mut Carrier<'_>) -> R) -> R {
    virt::with_platform(StoreConfig::ram(), |platform| {
        platform.run_client_with_backends("piv", Keeper::new(), BACKENDS, |client| {
            work(&mut Carrier::new(Authenticator::new(client, Options::new())))
        })
    })
}

/// The backends behind the card, asked in the order of [`BACKENDS`].
pub struct Keeper {
    pins: AuthBackend,
    rsa: SoftwareRsa,
    staging: StagingBackend,
}

/// Names a backend.
#[derive(Clone, Copy, Debug)]
pub enum Backend {
    /// PINs.
    Pins,
    /// RSA keys.
    Rsa,
    /// Files in pieces, wrapped keys.
    Staging,
}

/// Names an extension.
#[derive(Clone, Copy, Debug)]
pub enum Extension {
    /// PINs.
    Auth,
    /// Files in pieces.
    Chunked,
    /// Encryption to a key.
    Hpke,
    /// Keys in files.
    WrapKeyToFile,
}

/// What the backends remember per client.
#[derive(Default)]
pub struct Memory {
    pins: AuthContext,
    staging: StagingContext,
}

impl Keeper {
    fn new() -> Self {
        Self {
            pins: AuthBackend::new(Location::Internal, FilesystemLayout::V1),
            rsa: SoftwareRsa,
            staging: StagingBackend::new(),
        }
    }
}

impl ExtensionDispatch for Keeper {
    type BackendId = Backend;
    type Context = Memory;
    type ExtensionId = Extension;

    fn core_request<P: Platform>(
        &mut self,
        backend: &Backend,
        context: &mut Context<Memory>,
        request: &Request,
        resources: &mut ServiceResources<P>,
    ) -> Result<Reply, Error> {
        let Context { core, backends, .. } = context;
        match backend {
            Backend::Pins => self.pins.request(core, &mut backends.pins, request, resources),
            Backend::Rsa => self.rsa.request(core, &mut (), request, resources),
            Backend::Staging => {
                self.staging.request(core, &mut backends.staging, request, resources)
            }
        }
    }

    fn extension_request<P: Platform>(
        &mut self,
        backend: &Backend,
        extension: &Extension,
        context: &mut Context<Memory>,
        request: &request::SerdeExtension,
        resources: &mut ServiceResources<P>,
    ) -> Result<reply::SerdeExtension, Error> {
        let Context { core, backends, .. } = context;
        let (pins, staging) = (&mut backends.pins, &mut backends.staging);
        match (backend, extension) {
            (Backend::Pins, Extension::Auth) => {
                ExtensionImpl::<AuthExtension>::extension_request_serialized(
                    &mut self.pins,
                    core,
                    pins,
                    request,
                    resources,
                )
            }
            (Backend::Staging, Extension::Chunked) => {
                ExtensionImpl::<ChunkedExtension>::extension_request_serialized(
                    &mut self.staging,
                    core,
                    staging,
                    request,
                    resources,
                )
            }
            (Backend::Staging, Extension::Hpke) => {
                ExtensionImpl::<HpkeExtension>::extension_request_serialized(
                    &mut self.staging,
                    core,
                    staging,
                    request,
                    resources,
                )
            }
            (Backend::Staging, Extension::WrapKeyToFile) => {
                ExtensionImpl::<WrapKeyToFileExtension>::extension_request_serialized(
                    &mut self.staging,
                    core,
                    staging,
                    request,
                    resources,
                )
            }
            (Backend::Pins | Backend::Rsa | Backend::Staging, _) => Err(Error::RequestNotAvailable),
        }
    }
}

impl ExtensionId<AuthExtension> for Keeper {
    type Id = Extension;
    const ID: Extension = Extension::Auth;
}

impl ExtensionId<ChunkedExtension> for Keeper {
    type Id = Extension;
    const ID: Extension = Extension::Chunked;
}

impl ExtensionId<HpkeExtension> for Keeper {
    type Id = Extension;
    const ID: Extension = Extension::Hpke;
}

impl ExtensionId<WrapKeyToFileExtension> for Keeper {
    type Id = Extension;
    const ID: Extension = Extension::WrapKeyToFile;
}

impl From<Extension> for u8 {
    fn from(extension: Extension) -> Self {
        match extension {
            Extension::Auth => 0,
            Extension::Chunked => 1,
            Extension::Hpke => 2,
            Extension::WrapKeyToFile => 3,
        }
    }
}

impl TryFrom<u8> for Extension {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self, Error> {
        [Self::Auth, Self::Chunked, Self::Hpke, Self::WrapKeyToFile]
            .into_iter()
            .find(|extension| u8::from(*extension) == number)
            .ok_or(Error::FunctionNotSupported)
    }
}

/// Trussed itself comes last: the others know what it does not.
const BACKENDS: &[BackendId<Backend>] = &[
    BackendId::Custom(Backend::Pins),
    BackendId::Custom(Backend::Rsa),
    BackendId::Custom(Backend::Staging),
    BackendId::Core,
];
