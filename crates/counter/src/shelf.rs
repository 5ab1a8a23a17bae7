//! What is sold, with its ingredients read: once per change of the brand's scope, because a list of forty names
//! takes longer to read than to compare.

use crate::cache;
use crate::error::Result;
use crate::lock::lock;
use crate::view::{AllergenAlert, AllergyCheck, AllergyView, Words};
use ingredients::{Alert, Allergies, Allergy, List, Named};
use protocol::Generation;
use protocol::entity::Product;
use protocol::pull::BRAND_SCOPE;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Every product that is sold.
#[derive(Default)]
pub(crate) struct Shelf {
    at: Option<(u64, Generation)>,
    pub(crate) products: Vec<Shelved>,
    /// Places among them, by product number.
    places: HashMap<String, usize>,
}

/// A product and its ingredients.
pub(crate) struct Shelved {
    pub(crate) product: Product,
    pub(crate) list: Arc<List>,
}

/// The shelf last read.
#[derive(Default)]
pub(crate) struct KeptShelf(Mutex<Arc<Shelf>>);

impl KeptShelf {
    /// The shelf as the cache has it now; lists that did not change are not read again.
    pub(crate) fn read(&self, conn: &Connection) -> Result<Arc<Shelf>> {
        let at = cache::cursor(conn, BRAND_SCOPE)?;
        let mut kept = lock(&self.0);
        if at.is_some() && kept.at == at {
            return Ok(Arc::clone(&kept));
        }
        let before: HashMap<&[String], &Arc<List>> = kept
            .products
            .iter()
            .map(|p| (p.product.allergens.as_slice(), &p.list))
            .collect();
        let products: Vec<Shelved> = cache::all_products(conn)?
            .into_iter()
            .map(|product| Shelved {
                list: match before.get(product.allergens.as_slice()) {
                    Some(list) => Arc::clone(list),
                    None => Arc::new(List::of(&product.allergens)),
                },
                product,
            })
            .collect();
        let place = |(i, p): (usize, &Shelved)| (p.product.sku.clone(), i);
        let places = products.iter().enumerate().map(place).collect();
        *kept = Arc::new(Shelf {
            at,
            products,
            places,
        });
        Ok(Arc::clone(&kept))
    }
}

impl Shelf {
    /// The product of this number, where it is still sold.
    pub(crate) fn product(&self, sku: &str) -> Option<&Product> {
        let place = *self.places.get(sku)?;
        self.products.get(place).map(|p| &p.product)
    }

    /// How many products list it or may hold it.
    pub(crate) fn holding(&self, allergy: &Allergy) -> u32 {
        let with = |p: &&Shelved| allergy.concerns(&p.list);
        u32::try_from(self.products.iter().filter(with).count()).unwrap_or(u32::MAX)
    }

    /// Allergies as the screens show them.
    pub(crate) fn views(&self, allergies: &Allergies) -> Vec<AllergyView> {
        let view = |one: &Allergy| AllergyView {
            name: one.named.clone().into(),
            said: one.said.clone(),
            known: one.is_known(),
            products: self.holding(one),
        };
        allergies.all().iter().map(view).collect()
    }
}

/// How a list stands with her allergies: the one place at a counter that compares them.
pub(crate) fn check(allergies: &Allergies, list: &List) -> AllergyCheck {
    AllergyCheck {
        alerts: allergies.check(list).into_iter().map(Into::into).collect(),
        unlisted: !allergies.is_empty() && list.is_missing(),
    }
}

impl From<Named> for Words {
    fn from(named: Named) -> Self {
        Self {
            zh: named.zh,
            en: named.en,
        }
    }
}

impl From<Alert> for AllergenAlert {
    fn from(alert: Alert) -> Self {
        Self {
            allergy: alert.allergy.into(),
            found: alert.found.into_iter().map(Into::into).collect(),
            certain: alert.certain,
        }
    }
}
