//! The rates of figures, and figures of a whole out of those of its parts: numerators and denominators are added, and
//! the rates are of the sums. May never happen here: an average of rates.

use super::{Ageing, Figures, Identity, Matrix, MatrixRow, ReceivedSplits, rate, ratio};
use crate::money::Money;

impl Figures {
    /// The figures of everything together, where no fact stands in two parts.
    pub fn total<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut total = Self { identity: Identity { holds: true, ..Identity::default() }, ..Self::default() };
        parts.into_iter().for_each(|part| total.add(part));
        total.rated()
    }

    /// With the rates that its sums have.
    pub(super) fn rated(mut self) -> Self {
        let arrears = self.opening_open.fold(self.forgiven_arrears.negated());
        self.current_rate = rate(self.collected_of_period, self.net_charges);
        self.arrears_recovery_rate = rate(self.arrears_recovered, arrears);
        let collected = self.collected_of_period.fold(self.arrears_recovered);
        self.overall_rate = rate(collected, self.net_charges.fold(arrears));
        self.household_rate = ratio(self.households_paid.into(), self.households_charged.into());
        self
    }

    /// Every sum of it; rates are not added.
    fn add(&mut self, part: &Self) {
        let Self {
            net_charges,
            collected_of_period,
            current_rate: _,
            opening_open,
            forgiven_arrears,
            arrears_recovered,
            arrears_recovery_rate: _,
            overall_rate: _,
            households_charged,
            households_paid,
            household_rate: _,
            received,
            received_splits,
            draw_down,
            prepaid,
            collection_matrix,
            closing_open,
            arrears,
            credit,
            ageing,
            limitation_expired,
            identity,
        } = part;
        add(&mut self.net_charges, *net_charges);
        add(&mut self.collected_of_period, *collected_of_period);
        add(&mut self.opening_open, *opening_open);
        add(&mut self.forgiven_arrears, *forgiven_arrears);
        add(&mut self.arrears_recovered, *arrears_recovered);
        self.households_charged = self.households_charged.saturating_add(*households_charged);
        self.households_paid = self.households_paid.saturating_add(*households_paid);
        add(&mut self.received, *received);
        add(&mut self.draw_down, *draw_down);
        add(&mut self.prepaid, *prepaid);
        add(&mut self.closing_open, *closing_open);
        add(&mut self.arrears, *arrears);
        add(&mut self.credit, *credit);
        add(&mut self.limitation_expired, *limitation_expired);
        self.received_splits.add_all(received_splits);
        self.collection_matrix.add_all(collection_matrix);
        self.ageing.add_all(ageing);
        self.identity.add_all(identity);
    }
}

fn add(sum: &mut Money, amount: Money) {
    *sum = sum.fold(amount);
}

/// Adds every amount of another; one that is not named here does not compile.
macro_rules! sums {
    ($($name:ident { $($amount:ident),+ } $(and $rest:ident |$own:ident, $part:ident| $add:expr)?;)+) => { $(
        impl $name {
            fn add_all(&mut self, part: &Self) {
                let Self { $($amount,)+ $($rest: _)? } = part;
                $(add(&mut self.$amount, *$amount);)+
                $({
                    let ($own, $part) = (self, part);
                    $add;
                })?
            }
        }
    )+ };
}

sums! {
    ReceivedSplits {
        earlier, this_period, later, credit, late_fee, operating, pass_through, deposit, owners_income,
        maintenance_fund, suspense
    };
    MatrixRow { prior_years, earlier_this_year, this_period, later, total };
    Ageing { not_due, d1_30, d31_60, d61_90, d91_180, d181_365, d366_730, d731_1095, over };
    Identity {
        opening_open, charged, reduced, waived, reversed, written_off, allocated, closing_open, outside_books,
        receivable_book, credit, credit_book
    } and holds |own, part| own.holds &= part.holds;
}

impl Matrix {
    fn add_all(&mut self, part: &Self) {
        let Self { received, draw_down, waived, refunded, total } = part;
        self.received.add_all(received);
        self.draw_down.add_all(draw_down);
        self.waived.add_all(waived);
        self.refunded.add_all(refunded);
        self.total.add_all(total);
    }
}
