//! `GET /download/{platform}`: the file that installs Ankong, where the operator has put one.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::{self, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use super::{DownloadsConfig, platform::Platform};
use crate::Portal;

/// Why a file cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// There is none, or it cannot be read.
    #[error("the file for downloads {path} cannot be read")]
    Access {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its name would not pass through a header.
    #[error(
        "the name of the file for downloads {path} is not plain: letters, digits and . _ + ~ -"
    )]
    Name {
        /// Which file.
        path: PathBuf,
    },
}

/// The files that are offered.
pub(crate) struct Downloads {
    config: DownloadsConfig,
}

impl Downloads {
    /// Looks whether all of them are there.
    pub(crate) fn open(config: &DownloadsConfig) -> Result<Self, DownloadError> {
        for path in Platform::ALL.into_iter().filter_map(|platform| config.file(platform)) {
            let access = |source| DownloadError::Access { path: path.to_owned(), source };
            fs::File::open(path).map_err(access)?;
            plain_name(path).ok_or_else(|| DownloadError::Name { path: path.to_owned() })?;
        }
        Ok(Self { config: config.clone() })
    }

    /// Name and size (in MB) of the file for this system, where there is one.
    pub(super) fn offer(&self, platform: Platform) -> Option<(&str, String)> {
        let path = self.config.file(platform)?;
        let bytes = fs::metadata(path).ok()?.len();
        // One decimal; nobody needs more of a download.
        let tenths = bytes.div_ceil(100_000);
        Some((plain_name(path)?, format!("{}.{}", tenths / 10, tenths % 10)))
    }
}

pub(super) async fn download(
    State(portal): State<Arc<Portal>>,
    extract::Path(platform): extract::Path<Platform>,
) -> Response {
    let Some(path) = portal.downloads.config.file(platform) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match open(path).await {
        Ok((file, length)) => {
            let name = plain_name(path).unwrap_or_default();
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
                (header::CONTENT_LENGTH, length.to_string()),
            ];
            (headers, Body::from_stream(ReaderStream::new(file))).into_response()
        }
        Err(error) => {
            tracing::error!(path = %path.display(), %error, "a download cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path).await?;
    let length = file.metadata().await?.len();
    Ok((file, length))
}

fn plain_name(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._+~-".contains(c);
    name.chars().all(is_plain).then_some(name)
}
