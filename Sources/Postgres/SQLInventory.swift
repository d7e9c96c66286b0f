// What of SQL and psql is modelled, read from the tables that answer for it.

internal import SimKernel

package struct SQLInventory {
  /// First words of the statements that are carried out.
  package let statements: [String]
  /// Functions, aggregates and window functions, sorted.
  package let functions: [String]
  /// Functions of PostgreSQL 15 that are known by name, and not simulated.
  package let otherFunctions: Int
  /// Tables and views of the catalogue and of information_schema, sorted.
  package let relations: [String]
  /// Commands behind a backslash, sorted; of the `\d` family only some.
  package let metaCommands: [String]

  package static var current: SQLInventory {
    let registry = FunctionRegistry.shared
    var functions: Set<String> = []
    for (name, signatures) in registry.functions {
      for signature in signatures
      where signature.kind != 0x66 || registry.implementation(signature.internalName) != nil {
        functions.insert(name)
      }
    }
    var relations: Set<String> = []
    for name in CatalogViews.rows.keys { relations.insert(name) }
    return SQLInventory(
      statements: PsqlHelp.carriedOut, functions: sorted(functions),
      otherFunctions: registry.otherNames.subtracting(functions).count,
      relations: sorted(relations), metaCommands: PsqlHelp.metaCommandNames)
  }

  private static func sorted(_ names: Set<String>) -> [String] {
    var list = Array(names)
    list.sort { compareBytes($0, $1) < 0 }
    return list
  }
}
