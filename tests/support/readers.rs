//! Several readers in this process.

use ankong::reader::InProcess;
use ankong::session::Refusal;
use ankong::session::cards::{CardInUse, Cards, Inserted};
use ankong_card::CardError;

/// Readers side by side, as the monitor of a computer's readers shows them.
pub struct Readers(pub Vec<InProcess>);

/// Insertions are counted by each reader; this keeps them apart.
const APART: u64 = 1000;

impl Cards for Readers {
    fn inserted(&self) -> Result<Inserted, Refusal> {
        self.all().map(|mut cards| cards.remove(0))
    }

    fn all(&self) -> Result<Vec<Inserted>, Refusal> {
        let (mut cards, mut reason) = (Vec::new(), Refusal::NoCard);
        for (reader, number) in self.0.iter().zip(0..) {
            match reader.inserted() {
                Ok(card) => {
                    let insertion = card.insertion + number * APART;
                    cards.push(Inserted { insertion, ..card });
                }
                Err(refusal) => reason = refusal,
            }
        }
        if cards.is_empty() { Err(reason) } else { Ok(cards) }
    }

    fn insertions(&self) -> u64 {
        self.0.iter().map(Cards::insertions).sum()
    }

    fn transact(
        &self,
        inserted: &Inserted,
        work: &mut dyn FnMut(&mut dyn CardInUse),
    ) -> Result<(), CardError> {
        let reader = &self.0[usize::try_from(inserted.insertion / APART).unwrap()];
        let insertion = inserted.insertion % APART;
        reader.transact(&Inserted { insertion, ..inserted.clone() }, work)
    }
}
