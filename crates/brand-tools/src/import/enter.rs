//! Receipts of one member into her ledger, in order of time: new ones, and the rest of such as were recorded in part.

use std::collections::{BTreeSet, HashMap};

use identity::receipt::ReceiptNumber;
use loyalty::{Moment, OpId, Points, Standing};
use protocol::ids::MemberId;
use protocol::limits;

use super::apply::Apply;
use super::entry::{Entry, set_all};
use super::error::ImportError;
use super::read_purchases::{Edge, NewReceipt};
use super::recorded::KnownReceipt;
use super::tally::{Fate, Tally};
use centre::error::ServiceError;
use centre::ledger::{
    Credited, Ledger, Need, Purchase, PurchaseLine, StoredReceipt, content_hash, receipt_by_id,
};

impl Apply<'_> {
    /// By what a receipt that will be entered is known. It is there from here on.
    pub(super) fn new_receipt(
        &mut self,
        member: &MemberId,
        receipt: &NewReceipt,
        lines: &[PurchaseLine],
    ) -> OpId {
        let date = self.program.business_date(receipt.at);
        let op_id = self.existing.sale_id(receipt, date);
        let known = KnownReceipt {
            op_id: op_id.clone(),
            number: ReceiptNumber::stored(&receipt.no),
            at: receipt.at,
            imported: true,
            stands: true,
            member: member.clone(),
            content_hash: content_hash(lines, Points::ZERO, &[]),
        };
        self.existing.add_receipt(receipt, known);
        op_id
    }

    /// Enters the receipts of a member, given in order of time, and brings her to now.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn history(
        &mut self,
        member: &MemberId,
        receipts: Vec<(Entry, NewReceipt)>,
        tally: &mut Tally,
    ) -> Result<(), ImportError> {
        let Some(first) = receipts.first().map(|(_, r)| r.at) else {
            return Ok(());
        };
        for store in receipts
            .iter()
            .map(|(_, r)| r.store.clone())
            .collect::<BTreeSet<_>>()
        {
            self.store(&store).await?;
        }
        let mut in_part: HashMap<OpId, StoredReceipt> = HashMap::new();
        for (entry, _) in &receipts {
            if let Entry::Further { op_id, .. } = entry {
                let row = receipt_by_id(self.work.on(), op_id).await?;
                let row = row.ok_or_else(|| ServiceError::missing("receipt", op_id))?;
                let stored = StoredReceipt::load(self.work.on(), row).await?;
                in_part.insert(op_id.clone(), stored);
            }
        }
        let need = Need {
            lots: in_part.values().flat_map(|s| s.receipt.lots()).collect(),
            ..Need::default()
        };
        let mut ledger = Ledger::load(self.work.on(), self.program, member, first, &need)
            .await?
            .ok_or_else(|| ServiceError::missing("account", member))?;
        for (entry, receipt) in receipts {
            let (now, _) = ledger.advance(self.program, receipt.at);
            match entry {
                Entry::New(op_id) => self.enter(&mut ledger, &now, op_id, &receipt, tally),
                Entry::Further { op_id, new } => match in_part.remove(&op_id) {
                    Some(stored) => {
                        self.complete(&mut ledger, &now, stored, &new, &receipt, tally);
                    }
                    None => {
                        let why = "receipt: it stands in the file more than once".to_owned();
                        set_all(tally, &receipt, &Fate::Rejected(why));
                    }
                },
            }
            self.bar.inc(receipt.rows.len() as u64);
        }
        ledger.advance(self.program, self.now);
        Ok(ledger.save(self.work, self.program).await?)
    }

    /// Enters a sale.
    fn enter(
        &mut self,
        ledger: &mut Ledger,
        now: &Moment,
        op_id: OpId,
        receipt: &NewReceipt,
        tally: &mut Tally,
    ) {
        let fen: i64 = receipt.lines.iter().map(|l| l.amount.fen()).sum();
        let purchase = Purchase {
            op_id: op_id.clone(),
            store: receipt.store.as_str().into(),
            receipt_no: receipt.no.as_str().into(),
            at: receipt.at,
            channel: receipt.channel.clone(),
            lines: self.lines(receipt),
            pay_points: Points::ZERO,
            spends: Vec::new(),
            holder: None,
            coupons: Vec::new(),
            shown_pay: None,
            credited: Credited::default(),
            recorded: None,
        };
        match ledger.purchase(self.program, now, purchase, Standing::Happened) {
            Ok(outcome) => {
                self.sums.receipts += 1;
                self.sums.fen += fen;
                self.sums.earned += outcome.earned.get();
                set_all(tally, receipt, &Fate::Taken);
                self.at_edge(op_id, receipt);
            }
            Err(why) => set_all(tally, receipt, &Fate::Rejected(format!("receipt: {why}"))),
        }
    }

    /// Adds to a recorded sale the lines that are new.
    fn complete(
        &mut self,
        ledger: &mut Ledger,
        now: &Moment,
        stored: StoredReceipt,
        new: &[bool],
        receipt: &NewReceipt,
        tally: &mut Tally,
    ) {
        let op_id = stored.op_id.clone();
        let lines = self.lines(receipt);
        let further: Vec<PurchaseLine> = lines
            .into_iter()
            .zip(new)
            .filter_map(|(line, new)| new.then_some(line))
            .collect();
        let fen: i64 = further.iter().map(|l| l.amount.fen()).sum();
        if stored.receipt.lines.len() + further.len() > limits::LINES {
            let why = format!("a receipt of more than {} lines", limits::LINES);
            return set_all(tally, receipt, &Fate::Rejected(why));
        }
        match ledger.complete(self.program, now, stored, further) {
            Ok(outcome) => {
                self.sums.completed += 1;
                self.sums.fen += fen;
                self.sums.earned += outcome.earned.get();
                for (row, new) in receipt.rows.iter().zip(new) {
                    let fate = if *new {
                        Fate::Taken
                    } else {
                        Fate::AlreadyThere
                    };
                    tally.set(*row, fate);
                }
                if receipt.edge.is_none() {
                    self.edges.whole.push(op_id);
                } else {
                    self.at_edge(op_id, receipt);
                }
            }
            Err(why) => {
                let why = format!("receipt: a part of it is there and cannot be completed: {why}");
                set_all(tally, receipt, &Fate::Rejected(why));
            }
        }
    }

    /// Notes where a receipt stood in its file.
    fn at_edge(&mut self, op_id: OpId, receipt: &NewReceipt) {
        let Some(edge) = receipt.edge else {
            return;
        };
        self.edges.at.push(op_id);
        if edge == Edge::Last {
            self.may_go_on = Some(format!(
                "line {}: receipt {:?} of store {:?} is the last; should the file have been cut within it, another one \
                 with the rest of it, or with all of it, completes it",
                receipt.last_line, receipt.no, receipt.store
            ));
        }
    }
}
