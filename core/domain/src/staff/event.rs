//! Facts about a company's staff and their roles.

use crate::event::{events, facts};
use crate::id::{LedgerId, PersonId, VaultItemId};
use crate::wire::words;

words! {
    /// Roles of the product; which command each may give stands in the API's one table.
    pub enum Role {
        /// 超级管理员: companies, sign-ins and roles; no money commands.
        SuperAdmin = "super_admin",
        /// 系统管理员: the first of three separated administrators; keeps communities, staff and channel accounts.
        SystemAdmin = "system_admin",
        /// 安全管理员: the second; grants roles, limits and sign-ins.
        SecurityAdmin = "security_admin",
        /// 审计管理员: the third; sees what the others did.
        AuditAdmin = "audit_admin",
        /// 财务
        Finance = "finance",
        /// 收费员: takes money and nothing else.
        Cashier = "cashier",
        /// 客服
        CustomerService = "customer_service",
        /// 维修
        Maintenance = "maintenance",
        /// 经理: reads the books and figures, people masked.
        Manager = "manager",
        /// 审计: reads everything, changes nothing.
        Auditor = "auditor",
        /// 业主
        Owner = "owner",
    }
}

facts! {
    /// A member of staff begins.
    pub struct StaffHired {
        /// Name in the vault.
        pub name: VaultItemId,
        /// The person they are, where the company knows them as an owner or tenant too.
        pub person: Option<PersonId>,
    }
    /// A member of staff is this person: they decide nothing about units of theirs.
    pub struct StaffLinked {
        /// The person, of the same ledger.
        pub person: PersonId,
    }
    /// A role, in one community or in the whole company.
    pub struct RoleGranted {
        /// The role.
        pub role: Role,
        /// Only in this community; absent: the whole company.
        pub community: Option<LedgerId>,
    }
    /// The role ends.
    pub struct RoleRevoked {
        /// The role.
        pub role: Role,
        /// As it was granted.
        pub community: Option<LedgerId>,
    }
    /// A member of staff ends.
    pub struct StaffLeft {
    }
}

events! {
    /// Facts of a `staff` stream.
    pub enum StaffEvent of "staff" {
        StaffHired = "staff_hired", 1;
        StaffLinked = "staff_linked", 1;
        RoleGranted = "role_granted", 1;
        RoleRevoked = "role_revoked", 1;
        StaffLeft = "staff_left", 1;
    }
}
