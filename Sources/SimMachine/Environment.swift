// The variables a process hands to its children, in the order in which they were set.

package import SimKernel

package struct Environment {
  package var variables = OrderedMap<String, String>()

  package init() {}
  package init(_ pairs: [(String, String)]) { variables = OrderedMap(pairs) }

  package subscript(name: String) -> String? {
    get { variables[name] }
    set { variables[name] = newValue }
  }
}
