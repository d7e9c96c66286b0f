// Where PostgreSQL 15.18 reports an error from, one message per line, fields separated by tabs; `*` stands for any text.
// Facts read from a running PostgreSQL 15.18 server.

/// state|message|function, file:line
let locationFacts: StaticString = #"""
    
  """#
