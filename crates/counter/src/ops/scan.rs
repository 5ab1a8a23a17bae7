//! What a scanned text is, with what this counter knows.

use super::find::hit;
use crate::cache;
use crate::engine::Engine;
use crate::error::Result;
use crate::search::{self, By, Named};
use crate::view::{CodeShown, MemberChoice, ProductHit, ScanMeaning, Scanned};
use identity::receipt::ReceiptNumber;
use identity::scan::{Answer, Known, Meaning, Scan};
use identity::{Found, Likeness, sku};
use ingredients::Allergies;
use protocol::entity::Product;

impl Engine {
    /// What a scanned text is: a product, a member, a receipt, several of these, or nothing that is known here. Only
    /// whole numbers and codes count; a known bar code is always a product, and a member's code always a card.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn scanned(&self, text: &str) -> Result<Scanned> {
        let scan = Scan::read(text);
        let products = self.products_scanned(&scan, text)?;
        let members = self.members_scanned(&scan)?;
        let receipt = match &scan.receipt {
            Some(no) => self.receipt_known(no)?,
            None => false,
        };
        let by = |by| members.iter().filter(|m| m.by == by).count();
        let known = Known {
            products: products.len(),
            cards: by(By::Card),
            phones: by(By::Phone),
            receipts: usize::from(receipt),
        };
        Ok(match scan.answer(known) {
            Answer::Known(Meaning::Product) => of_products(products),
            Answer::Known(Meaning::Card | Meaning::Phone) => {
                let code = match (members.as_slice(), &scan.code) {
                    ([one], Some(_)) => {
                        self.code_shown(text, &one.hers.id.as_str().into(), &one.hers.no)?
                    }
                    _ => None,
                };
                of_members(members, scan.receipt, code)
            }
            Answer::Known(Meaning::Receipt) => Scanned::Receipt {
                receipt: scan.receipt.unwrap_or_default(),
            },
            // a card and a phone number are two members, or one who is both
            Answer::Ask(may_be) if !may_be.contains(&Meaning::Receipt) => {
                of_members(members, scan.receipt, None)
            }
            Answer::Ask(may_be) => Scanned::Several {
                may_be: may_be.into_iter().map(ScanMeaning::from).collect(),
                members: members.into_iter().map(MemberChoice::from).collect(),
                receipt: scan.receipt,
            },
            Answer::Unknown(may_be) => Scanned::Unknown {
                may_be: may_be.into_iter().map(ScanMeaning::from).collect(),
                receipt: scan.receipt,
            },
            Answer::Nothing => Scanned::Nothing,
        })
    }

    /// Products that are sold under exactly this number or bar code.
    fn products_scanned(&self, scan: &Scan, text: &str) -> Result<Vec<Product>> {
        if scan.barcode.is_none() {
            return Ok(Vec::new());
        }
        let found = match self.cache(|c| cache::products_like(c, text))? {
            Found::None => Vec::new(),
            Found::One(one) => vec![one],
            Found::Several(all) => all,
        };
        let exactly = |p: &Product| {
            sku::likeness(text, &p.sku, p.barcode.as_deref()) == Some(Likeness::Exact)
        };
        Ok(found
            .into_iter()
            .filter(|p| p.active && exactly(p))
            .collect())
    }

    /// Members whom it names; of a code also those whose cards only fold alike.
    fn members_scanned(&self, scan: &Scan) -> Result<Vec<Named>> {
        self.cache(|c| {
            if let Some(code) = &scan.code {
                let by = By::Card;
                return Ok(match search::by_card(c, code)? {
                    Found::None => Vec::new(),
                    Found::One(hers) => vec![Named { hers, by }],
                    Found::Several(all) => all.into_iter().map(|hers| Named { hers, by }).collect(),
                });
            }
            let Some(card) = &scan.card else {
                return Ok(Vec::new());
            };
            let found = match search::by_number(c, card.as_str())? {
                Found::None => Vec::new(),
                Found::One(one) => vec![one],
                Found::Several(all) => all,
            };
            // a phone number only where the scan is one, and a card only where it is exactly that
            Ok(found
                .into_iter()
                .filter(|named| match named.by {
                    By::Card => card.likeness(&named.hers.no) == Some(Likeness::Exact),
                    By::Phone => scan.phone.is_some(),
                })
                .collect())
        })
    }

    /// Whether this counter has a receipt of this number.
    fn receipt_known(&self, no: &str) -> Result<bool> {
        let number = ReceiptNumber::stored(no);
        let sales = self.sales_like([&number].into_iter())?;
        // only zeros that differ make another number of it
        Ok(sales.all().iter().any(|known| known.number == number))
    }
}

impl From<Meaning> for ScanMeaning {
    fn from(meaning: Meaning) -> Self {
        match meaning {
            Meaning::Product => Self::Product,
            Meaning::Receipt => Self::Receipt,
            Meaning::Card => Self::Card,
            Meaning::Phone => Self::Phone,
        }
    }
}

fn of_products(products: Vec<Product>) -> Scanned {
    let mut products: Vec<ProductHit> = products
        .into_iter()
        .map(|p| hit(p, &Allergies::default()))
        .collect();
    match (products.pop(), products.is_empty()) {
        (Some(product), true) => Scanned::Product { product },
        (last, _) => {
            products.extend(last);
            Scanned::Products { products }
        }
    }
}

fn of_members(members: Vec<Named>, receipt: Option<String>, code: Option<CodeShown>) -> Scanned {
    let mut members: Vec<MemberChoice> = members.into_iter().map(MemberChoice::from).collect();
    match (members.pop(), members.is_empty()) {
        (Some(member), true) => Scanned::Member {
            member,
            receipt,
            code,
        },
        (last, _) => {
            members.extend(last);
            Scanned::Members { members, receipt }
        }
    }
}
