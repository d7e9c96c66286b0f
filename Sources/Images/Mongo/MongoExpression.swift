// Expressions of the aggregation pipeline: field paths, arithmetic, comparisons, strings, arrays, conditions.
// Source: MongoDB manual (aggregation operators).

import SimKernel

enum MongoExpression {
  /// Nil when an operator is not modelled, or when it meets a value for which the server has an error.
  static func value(_ expression: MongoValue, _ document: MongoValue) -> MongoValue? {
    switch expression {
    case .string(let text):
      guard text.utf8.first == 36 else { return expression }
      if text.hasPrefix("$$") {
        let path = String(text.dropFirst(2))
        if path == "ROOT" || path == "CURRENT" { return document }
        return path.hasPrefix("ROOT.") ? at(String(path.dropFirst(5)), document) : nil
      }
      return at(String(text.dropFirst()), document)
    case .array(let items):
      var list: [MongoValue] = []
      for item in items {
        guard let made = value(item, document) else { return nil }
        list.append(made.isNothing ? .null : made)
      }
      return .array(list)
    case .object(let object):
      if object.fields.count == 1, let name = object.fields.keys.first, name.utf8.first == 36 {
        return apply(name, object.fields.values[0], document)
      }
      let made = MongoObject()
      for (key, part) in object.fields {
        guard let result = value(part, document) else { return nil }
        if case .undefined = result { continue }
        made.fields[key] = result
      }
      return .object(made)
    default: return expression
    }
  }

  private static func at(_ path: String, _ document: MongoValue) -> MongoValue {
    var value = document
    let parts = separated(path, by: ".")
    for (index, part) in parts.enumerated() {
      if case .array(let items) = value {
        var list: [MongoValue] = []
        let rest = parts[index...].joined(separator: ".")
        for item in items {
          let inner = at(rest, item)
          if case .undefined = inner { continue }
          list.append(inner)
        }
        return .array(list)
      }
      value = value.member(part)
    }
    return value
  }

  private static func apply(_ name: String, _ operand: MongoValue, _ document: MongoValue) -> MongoValue? {
    if name == "$literal" { return operand }
    if name == "$cond" { return condition(operand, document) }
    var arguments: [MongoValue] = []
    if case .array(let items) = operand {
      for item in items {
        guard let made = value(item, document) else { return nil }
        arguments.append(made)
      }
    } else {
      guard let made = value(operand, document) else { return nil }
      arguments = [made]
    }
    switch name {
    case "$add", "$subtract", "$multiply", "$divide", "$mod": return arithmetic(name, arguments)
    case "$abs", "$floor", "$ceil", "$round", "$trunc", "$sqrt": return rounding(name, arguments)
    case "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$cmp":
      guard arguments.count == 2 else { return nil }
      let order = arguments[0].comparison(arguments[1])
      switch name {
      case "$eq": return .bool(order == 0)
      case "$ne": return .bool(order != 0)
      case "$gt": return .bool(order > 0)
      case "$gte": return .bool(order >= 0)
      case "$lt": return .bool(order < 0)
      case "$lte": return .bool(order <= 0)
      default: return .number(Double(order))
      }
    case "$and":
      for argument in arguments where !isTrue(argument) { return .bool(false) }
      return .bool(true)
    case "$or":
      for argument in arguments where isTrue(argument) { return .bool(true) }
      return .bool(false)
    case "$not": return .bool(!isTrue(arguments.first ?? .null))
    case "$ifNull":
      for argument in arguments.dropLast() where !argument.isNothing { return argument }
      return arguments.last
    case "$concat":
      var text = ""
      for argument in arguments {
        if argument.isNothing { return .null }
        guard let part = argument.text else { return nil }
        text += part
      }
      return .string(text)
    case "$toUpper", "$toLower":
      guard let text = arguments[0].isNothing ? "" : arguments[0].text else { return nil }
      return .string(name == "$toUpper" ? text.uppercased() : text.lowercased())
    case "$strLenCP": return arguments[0].text.map { .number(Double($0.unicodeScalars.count)) }
    case "$toString":
      switch arguments[0] {
      case .string, .null: return arguments[0]
      case .number(let number): return .string(MongoValue.numberText(number))
      case .objectID(let digits): return .string(digits)
      case .bool(let flag): return .string(flag ? "true" : "false")
      case .date(let time): return .string(MongoValue.dateText(time))
      default: return nil
      }
    case "$size":
      guard case .array(let items) = arguments[0] else { return nil }
      return .number(Double(items.count))
    case "$in":
      guard arguments.count == 2, case .array(let items) = arguments[1] else { return nil }
      for item in items where item.equals(arguments[0]) { return .bool(true) }
      return .bool(false)
    case "$arrayElemAt":
      guard arguments.count == 2, case .array(let items) = arguments[0], let number = arguments[1].double else {
        return nil
      }
      let index = number < 0 ? items.count + Int(number) : Int(number)
      return items.indices.contains(index) ? items[index] : .undefined
    case "$first", "$last":
      guard case .array(let items) = arguments[0] else { return nil }
      return (name == "$first" ? items.first : items.last) ?? .undefined
    case "$concatArrays":
      var list: [MongoValue] = []
      for argument in arguments {
        guard case .array(let items) = argument else { return argument.isNothing ? .null : nil }
        list += items
      }
      return .array(list)
    case "$sum", "$avg", "$min", "$max":
      var values = arguments
      if arguments.count == 1, case .array(let items) = arguments[0] { values = items }
      return MongoAccumulator.result(name, values)
    case "$type": return arguments[0].typeNames.first.map { .string($0) } ?? .string("missing")
    default: return nil
    }
  }

  static func isTrue(_ value: MongoValue) -> Bool {
    switch value {
    case .undefined, .null: return false
    case .bool(let flag): return flag
    default: return value.double != 0
    }
  }

  private static func condition(_ operand: MongoValue, _ document: MongoValue) -> MongoValue? {
    var parts: [MongoValue] = []
    if case .array(let items) = operand {
      parts = items
    } else {
      parts = [operand.member("if"), operand.member("then"), operand.member("else")]
    }
    guard parts.count == 3, let test = value(parts[0], document) else { return nil }
    return value(isTrue(test) ? parts[1] : parts[2], document)
  }

  private static func arithmetic(_ name: String, _ arguments: [MongoValue]) -> MongoValue? {
    for argument in arguments where argument.isNothing { return .null }
    if name == "$subtract", arguments.count == 2, case .date(let a) = arguments[0], case .date(let b) = arguments[1] {
      return .long(a - b)
    }
    var numbers: [Double] = []
    for argument in arguments {
      guard let number = argument.double else { return nil }
      numbers.append(number)
    }
    guard let first = numbers.first else { return nil }
    switch name {
    case "$add": return .number(numbers.reduce(0, +))
    case "$multiply": return .number(numbers.reduce(1, *))
    case "$subtract": return numbers.count == 2 ? .number(first - numbers[1]) : nil
    case "$divide": return numbers.count == 2 && numbers[1] != 0 ? .number(first / numbers[1]) : nil
    default:
      return numbers.count == 2 && numbers[1] != 0
        ? .number(first - numbers[1] * (first / numbers[1]).rounded(.towardZero)) : nil
    }
  }

  private static func rounding(_ name: String, _ arguments: [MongoValue]) -> MongoValue? {
    guard let first = arguments.first else { return nil }
    if first.isNothing { return .null }
    guard let number = first.double else { return nil }
    switch name {
    case "$abs": return .number(number.magnitude)
    case "$floor": return .number(number.rounded(.down))
    case "$ceil": return .number(number.rounded(.up))
    case "$sqrt": return number < 0 ? nil : .number(number.squareRoot())
    default:
      let places = arguments.count > 1 ? Int(arguments[1].double ?? 0) : 0
      guard (0...9).contains(places) else { return nil }
      var scale = 1.0
      for _ in 0..<places { scale *= 10 }
      // To even at a tie, as the server rounds.
      return .number((number * scale).rounded(name == "$trunc" ? .towardZero : .toNearestOrEven) / scale)
    }
  }
}

/// What `$group` and expressions make of many values.
enum MongoAccumulator {
  static func result(_ name: String, _ values: [MongoValue]) -> MongoValue? {
    switch name {
    case "$sum", "$avg":
      var sum = 0.0
      var count = 0
      for value in values {
        guard let number = value.double else { continue }
        sum += number
        count += 1
      }
      if name == "$sum" { return .number(sum) }
      return count == 0 ? .null : .number(sum / Double(count))
    case "$min", "$max":
      var best: MongoValue?
      for value in values where !value.isNothing {
        guard let known = best else {
          best = value
          continue
        }
        let order = value.comparison(known)
        if name == "$min" ? order < 0 : order > 0 { best = value }
      }
      return best ?? .null
    case "$first": return values.first.map { $0.isNothing ? .null : $0 } ?? .null
    case "$last": return values.last.map { $0.isNothing ? .null : $0 } ?? .null
    case "$push":
      var list: [MongoValue] = []
      for value in values {
        if case .undefined = value { continue }
        list.append(value)
      }
      return .array(list)
    case "$count": return .number(Double(values.count))
    default: return nil
    }
  }
}
