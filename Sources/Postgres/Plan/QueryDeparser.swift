// Prints a view's query back as `\d+` and pg_get_viewdef show it. Source: PostgreSQL 15 manual, 9.26.7 "System Catalog Information
// Functions".

internal import SimKernel

enum QueryDeparser {
  static func view(_ r: Relation, _ s: ClientSession) throws(SQLError) -> String {
    throw .notSimulated("the definition of a view as text")
  }
}
