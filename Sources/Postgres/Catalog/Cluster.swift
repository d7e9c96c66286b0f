// A data directory: major version, databases, roles, transactions. It outlives the server that runs on it; a volume claim
// keeps exactly this. Source: PostgreSQL 15 manual, chapters 19 and 22, and 18.2 for what initdb leaves behind.

package import SimKernel

package struct Role {
  package var oid: Int32
  package var name: String
  package var isSuperuser = false
  package var canLogin = false
  package var canCreateDatabases = false
  package var canCreateRoles = false
  package var inherits = true
  package var canReplicate = false
  package var bypassesRowSecurity = false
  package var connectionLimit: Int64 = -1
  package var password: String?
  package var validUntil: String?
  /// Roles this one is a member of, with ADMIN OPTION or not.
  package var memberOf: [(role: String, admin: Bool)] = []
  package var settings: [(name: String, value: String)] = []
  package var comment: String?

  package init(oid: Int32, name: String) {
    self.oid = oid
    self.name = name
  }
}

package final class Database {
  package let oid: Int32
  package var name: String
  package var owner: String
  package var encoding: String
  package var collate: String
  package var ctype: String
  package var isTemplate = false
  package var allowsConnections = true
  package var connectionLimit: Int64 = -1
  package var comment: String?
  var acl: [AccessItem]?
  var settings: [(name: String, value: String)] = []
  /// ALTER ROLE … IN DATABASE, by the role's OID; 0: all roles.
  var roleSettings: [(role: Int32, name: String, value: String)] = []
  var catalog: Catalog

  init(oid: Int32, name: String, owner: String, encoding: String, collate: String, ctype: String, catalog: Catalog) {
    self.oid = oid
    self.name = name
    self.owner = owner
    self.encoding = encoding
    self.collate = collate
    self.ctype = ctype
    self.catalog = catalog
  }
}

package final class Cluster {
  package let majorVersion: Int
  /// Identifies the cluster to its standbys.
  package let systemIdentifier: Int64
  package var databases = OrderedMap<String, Database>()
  package var roles = OrderedMap<String, Role>()
  /// Settings of `ALTER SYSTEM` (postgresql.auto.conf).
  package var systemSettings: [(name: String, value: String)] = []
  let transactions = TransactionLog()
  package internal(set) var nextOid: Int32 = Oid.firstUser
  /// The role initdb was run for.
  package let bootstrapRole: String
  /// Bytes of write-ahead log, for LSNs.
  package internal(set) var walPosition: Int64 = 0x0153_1d58
  /// Pages changed and files touched since the last checkpoint.
  package var dirtyPages: Int64 = 0
  package var dirtyFiles: Int64 = 0
  /// Raised by one at each promotion.
  package var timeline: Int64 = 1
  /// Time of the last commit, in microseconds since 2000-01-01 UTC.
  var lastCommit: Int64?
  /// ALTER ROLE ALL SET.
  var roleSettings: [(name: String, value: String)] = []
  package internal(set) var slots = OrderedMap<String, ReplicationSlot>()

  /// What `initdb -U superuser --locale …` makes.
  package init(
    majorVersion: Int = 15, superuser: String = "postgres", password: String? = nil, encoding: String = "UTF8",
    locale: String = "en_US.utf8", systemIdentifier: Int64 = 7_361_048_812_345_678_901
  ) {
    self.majorVersion = majorVersion
    self.systemIdentifier = systemIdentifier
    bootstrapRole = superuser
    var role = Role(oid: 10, name: superuser)
    role.isSuperuser = true
    role.canLogin = true
    role.canCreateDatabases = true
    role.canCreateRoles = true
    role.canReplicate = true
    role.bypassesRowSecurity = true
    role.password = password
    roles[superuser] = role
    for (oid, name) in Cluster.predefinedRoles {
      var predefined = Role(oid: oid, name: name)
      if name == "pg_monitor" {
        predefined.memberOf = [
          (role: "pg_read_all_settings", admin: false), (role: "pg_read_all_stats", admin: false),
          (role: "pg_stat_scan_tables", admin: false),
        ]
      }
      roles[name] = predefined
    }
    for (oid, name) in [(Int32(1), "template1"), (4, "template0"), (5, "postgres")] {
      let database = Database(
        oid: oid, name: name, owner: superuser, encoding: encoding, collate: locale, ctype: locale,
        catalog: Cluster.initialCatalog(owner: superuser))
      if name != "postgres" {
        database.isTemplate = true
        database.allowsConnections = name == "template1"
        database.acl = [
          AccessItem(grantee: "", privileges: Array("c".utf8), grantOptions: [], grantor: superuser),
          AccessItem(grantee: superuser, privileges: Array("CTc".utf8), grantOptions: [], grantor: superuser),
        ]
      }
      database.comment =
        name == "template0"
        ? "unmodifiable empty database"
        : name == "template1"
          ? "default template for new databases" : "default administrative connection database"
      databases[name] = database
    }
  }

  static let predefinedRoles: [(Int32, String)] = [
    (6171, "pg_database_owner"), (6181, "pg_read_all_data"), (6182, "pg_write_all_data"), (3373, "pg_monitor"),
    (3374, "pg_read_all_settings"), (3375, "pg_read_all_stats"), (3377, "pg_stat_scan_tables"),
    (4569, "pg_read_server_files"), (4570, "pg_write_server_files"), (4571, "pg_execute_server_program"),
    (4200, "pg_signal_backend"), (4544, "pg_checkpoint"),
  ]

  static func initialCatalog(owner: String) -> Catalog {
    var catalog = Catalog()
    catalog.schemas["pg_catalog"] = SchemaEntry(
      oid: 11, name: "pg_catalog", owner: owner,
      acl: [
        AccessItem(grantee: owner, privileges: Array("UC".utf8), grantOptions: [], grantor: owner),
        AccessItem(grantee: "", privileges: Array("U".utf8), grantOptions: [], grantor: owner),
      ], comment: "system catalog schema")
    catalog.schemas["pg_toast"] = SchemaEntry(
      oid: 99, name: "pg_toast", owner: owner, comment: "reserved schema for TOAST tables")
    catalog.schemas["public"] = SchemaEntry(
      oid: 2200, name: "public", owner: "pg_database_owner",
      acl: [
        AccessItem(
          grantee: "pg_database_owner", privileges: Array("UC".utf8), grantOptions: [], grantor: "pg_database_owner"),
        AccessItem(grantee: "", privileges: Array("U".utf8), grantOptions: [], grantor: "pg_database_owner"),
      ], comment: "standard public schema")
    catalog.schemas["information_schema"] = SchemaEntry(
      oid: 13_183, name: "information_schema", owner: owner,
      acl: [
        AccessItem(grantee: owner, privileges: Array("UC".utf8), grantOptions: [], grantor: owner),
        AccessItem(grantee: "", privileges: Array("U".utf8), grantOptions: [], grantor: owner),
      ])
    catalog.extensions["plpgsql"] = ExtensionEntry(
      name: "plpgsql", version: "1.0", schema: "pg_catalog", comment: "PL/pgSQL procedural language")
    return catalog
  }

  func newOid() -> Int32 {
    let oid = nextOid
    nextOid += 1
    return oid
  }

  /// Whether a role has the rights of another, directly or through membership.
  func isMember(_ role: String, of other: String, database: Database? = nil) -> Bool {
    if role == other { return true }
    guard let start = roles[role] else { return false }
    if start.isSuperuser { return true }
    if other == "pg_database_owner", let database { return isMember(role, of: database.owner) }
    var seen: Set<String> = [role]
    var queue = [role]
    while let current = queue.popLast() {
      guard let entry = roles[current] else { continue }
      for membership in entry.memberOf where !seen.contains(membership.role) {
        if membership.role == other { return true }
        seen.insert(membership.role)
        queue.append(membership.role)
      }
    }
    return false
  }

  func role(oid: Int32) -> Role? {
    for role in roles.values where role.oid == oid { return role }
    return nil
  }
}
