//! Staff with their roles, and administrators. Names stay in the vault and join at read.

use crate::column::Text;
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use mingzhang_domain::administrator::AdministratorEvent;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::staff::{Role, StaffEvent};
use uuid::Uuid;

table! {
    /// A member of the company's staff.
    pub struct Staff of "staff" {
        key {
            /// The member of staff.
            staff_id: Uuid,
        }
        /// Vault item of the name.
        name_item_id: Uuid,
        /// Still there.
        active: bool,
    }
}

table! {
    /// A role of a member of staff.
    pub struct StaffRole of "staff_role" {
        key {
            /// The member of staff.
            staff_id: Uuid,
            /// The role.
            role: Text<Role>,
            /// Only in this community; the nil id stands for the whole company.
            community_id: Uuid,
        }
        /// Granted and not revoked.
        active: bool,
    }
}

table! {
    /// A system administrator of the installation.
    pub struct Administrator of "administrator" {
        key {
            /// The administrator.
            administrator_id: Uuid,
        }
        /// Vault item of the name.
        name_item_id: Option<Uuid>,
        /// Still there.
        active: bool,
    }
}

/// Folds a fact of a member of staff.
pub(crate) fn fold(fact: &StaffEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let staff_id = event.stream.id;
    match fact {
        StaffEvent::StaffHired(hired) => {
            models.staff.insert(Staff { staff_id, name_item_id: hired.name.uuid(), active: true });
        }
        // Who somebody is besides matters to commands, which read the company's log.
        StaffEvent::StaffLinked(_) => {}
        StaffEvent::RoleGranted(granted) => models.staff_role.insert(StaffRole {
            staff_id,
            role: Text(granted.role),
            community_id: granted.community.map(|community| community.uuid()).unwrap_or_default(),
            active: true,
        }),
        StaffEvent::RoleRevoked(revoked) => models.staff_role.insert(StaffRole {
            staff_id,
            role: Text(revoked.role),
            community_id: revoked.community.map(|community| community.uuid()).unwrap_or_default(),
            active: false,
        }),
        StaffEvent::StaffLeft(_) => {
            let staff = models.staff.get_mut(&(staff_id,));
            staff.ok_or(FoldError("a fact about staff that was never hired"))?.active = false;
        }
    }
    Ok(())
}

/// Folds a fact of an administrator.
pub(crate) fn fold_administrator(
    fact: &AdministratorEvent,
    event: &Recorded,
    models: &mut Models,
) -> Result<(), FoldError> {
    match fact {
        AdministratorEvent::AdministratorAppointed(appointed) => models.administrator.insert(Administrator {
            administrator_id: event.stream.id,
            name_item_id: appointed.name.map(|item| item.uuid()),
            active: true,
        }),
        AdministratorEvent::AdministratorDismissed(_) => {
            let row = models.administrator.get_mut(&(event.stream.id,));
            row.ok_or(FoldError("a fact about an administrator that was never appointed"))?.active = false;
        }
    }
    Ok(())
}

impl Reader {
    /// Staff by id; `after` is an id.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn staff(&self, ledger: LedgerId, ask: Ask<Uuid>) -> Result<Read<Page<Staff>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Staff,
                    "sql/staff_list.sql",
                    s.ledger,
                    s.generation,
                    ask.after.unwrap_or_default(),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// Some members of staff.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn staff_of_ids(&self, ledger: LedgerId, staff: Vec<Uuid>) -> Result<Read<Vec<Staff>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Staff, "sql/staff_of_ids.sql", s.ledger, s.generation, &staff);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The roles of some staff, those that hold.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn staff_roles(&self, ledger: LedgerId, staff: Vec<Uuid>) -> Result<Read<Vec<StaffRole>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(StaffRole, "sql/staff_roles.sql", s.ledger, s.generation, &staff);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Every administrator.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn administrators(&self, ledger: LedgerId) -> Result<Read<Vec<Administrator>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Administrator, "sql/administrators.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
