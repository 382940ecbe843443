//! From a card image to the card of its profile.

use crate::gen1::Gen1;
use crate::gen2::Gen2;
use crate::iso7816_15::Iso7816Part15;
use crate::piv::Piv;
use crate::{Card, CardImage, Profile, UnusableImage};

impl CardImage {
    /// The card this image describes, whatever its kind.
    ///
    /// # Errors
    /// Something in the image cannot be on such a card; see [`UnusableImage`].
    pub fn insertable(&self) -> Result<Box<dyn Card + Send>, UnusableImage> {
        match self.profile {
            Profile::MoicaGen1 => Ok(Box::new(Gen1::new(self)?)),
            Profile::MoicaGen2 => Ok(Box::new(Gen2::new(self)?)),
            Profile::Iso7816Part15 => Ok(Box::new(Iso7816Part15::new(self)?)),
            Profile::Piv => Ok(Box::new(Piv::new(self)?)),
        }
    }
}
