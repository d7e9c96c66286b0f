// What JavaScript's own values offer to a script in mongosh: members and methods of arrays, strings, dates, errors and objects.

import SimKernel

extension MongoScript {
  func get(_ value: MongoValue, _ name: String) -> MongoValue {
    guard abrupt == nil else { return .undefined }
    switch value {
    case .array(let items) where name == "length": return .number(Double(items.count))
    case .string(let text) where name == "length": return .number(Double(text.utf16.count))
    case .string(let text):
      guard let index = Int(name), index >= 0 else { return fail("the property \(name)") }
      let scalars = Array(text.unicodeScalars)
      return index < scalars.count ? .string(String(Character(scalars[index]))) : .undefined
    case .object(let object): return object.fields[name] ?? .undefined
    case .error(let error):
      switch name {
      case "message": return .string(error.text)
      case "name": return .string(error.name)
      case "codeName": return error.code.map { .string($0) } ?? .undefined
      case "code": return error.number.map { .integer($0) } ?? .undefined
      default: return fail("the property \(name) of an error")
      }
    case .timestamp(let t, let i) where name == "t" || name == "i": return .number(Double(name == "t" ? t : i))
    case .undefined, .null:
      return raise("TypeError", "Cannot read properties of \(value.inspected) (reading '\(name)')")
    default: return property(value, name) ?? fail("the property \(name)")
    }
  }

  func callMethod(_ value: MongoValue, _ name: String, _ arguments: [MongoValue]) -> MongoValue {
    if value.isNothing { return raise("TypeError", "Cannot read properties of \(value.inspected) (reading '\(name)')") }
    if let result = invoke(value, name, arguments) { return settled(result) }
    guard abrupt == nil else { return .undefined }
    switch value {
    case .array(let items): return callArray(items, name, arguments)
    case .string(let text): return callString(text, name, arguments)
    case .number(let number):
      if name == "toFixed" {
        return .string(MongoScript.fixed(number, min(6, max(0, Int(arguments.first?.double ?? 0)))))
      }
      if name == "toString", arguments.isEmpty { return .string(MongoValue.numberText(number)) }
      return fail("Number.\(name)")
    case .long(let number) where name == "toNumber" || name == "toString":
      return name == "toNumber" ? .number(Double(number)) : .string(String(number))
    case .object(let object):
      if case .function(let function)? = object.fields[name] { return settled(function.call(arguments)) }
      if name == "hasOwnProperty" { return .bool(object.fields[plain(arguments.first ?? .undefined)] != nil) }
      return raise("TypeError", "\(lastName(value)).\(name) is not a function")
    case .objectID(let digits):
      switch name {
      case "toString", "toHexString", "str": return .string(digits)
      case "getTimestamp": return .date((Int64(String(digits.prefix(8)), radix: 16) ?? 0) * 1_000)
      case "equals": return .bool(value.equals(arguments.first ?? .undefined))
      default: return fail("ObjectId.\(name)")
      }
    case .date(let time): return callDate(time, name, arguments)
    case .error where name == "toString": return .string(plain(value))
    default: return fail("the method \(name)")
    }
  }

  /// The words of a TypeError name the expression; only that of a plain variable is known here.
  private func lastName(_ value: MongoValue) -> String {
    fail("the words about a method that does not exist")
    return ""
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale: Int64 = 1
    for _ in 0..<digits { scale *= 10 }
    let whole = Int64((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    return sign + String(whole / scale) + (digits == 0 ? "" : "." + padded(whole % scale, digits))
  }

  private func callDate(_ time: Int64, _ name: String, _ arguments: [MongoValue]) -> MongoValue {
    let civil = CivilTime(unixSeconds: (time - ((time % 1_000) + 1_000) % 1_000) / 1_000)
    switch name {
    case "toISOString", "toJSON": return .string(MongoValue.dateText(time))
    case "getTime", "valueOf": return .number(Double(time))
    case "getFullYear", "getUTCFullYear": return .number(Double(civil.year))
    case "getMonth", "getUTCMonth": return .number(Double(civil.month - 1))
    case "getDate", "getUTCDate": return .number(Double(civil.day))
    case "getHours", "getUTCHours": return .number(Double(civil.hour))
    case "getMinutes", "getUTCMinutes": return .number(Double(civil.minute))
    case "getSeconds", "getUTCSeconds": return .number(Double(civil.second))
    default: return fail("Date.\(name)")
    }
  }

  private func callString(_ text: String, _ name: String, _ arguments: [MongoValue]) -> MongoValue {
    let first = arguments.first?.text ?? ""
    func whole(_ index: Int, _ absent: Int) -> Int {
      index < arguments.count ? Int(arguments[index].double ?? Double(absent)) : absent
    }
    let scalars = Array(text.unicodeScalars)
    func cut(_ from: Int, _ to: Int) -> MongoValue {
      var view = String.UnicodeScalarView()
      if from < to { view.append(contentsOf: scalars[from..<to]) }
      return .string(String(view))
    }
    switch name {
    case "toUpperCase": return .string(text.uppercased())
    case "toLowerCase": return .string(text.lowercased())
    case "toString": return .string(text)
    case "startsWith": return .bool(text.hasPrefix(first))
    case "endsWith": return .bool(text.hasSuffix(first))
    case "includes": return .bool(occurs(first, in: text))
    case "concat": return .string(text + first)
    case "trim":
      var bytes = text.utf8[...]
      while let byte = bytes.first, isBlank(byte) { bytes = bytes.dropFirst() }
      while let byte = bytes.last, isBlank(byte) { bytes = bytes.dropLast() }
      return .string(String(decoding: bytes, as: UTF8.self))
    case "repeat": return .string(String(repeating: text, count: min(10_000, max(0, whole(0, 0)))))
    case "padStart", "padEnd":
      let mark = arguments.count > 1 ? arguments[1].text ?? " " : " "
      var padding: [Unicode.Scalar] = []
      let filler = Array(mark.unicodeScalars)
      while !filler.isEmpty, padding.count < min(10_000, whole(0, 0) - scalars.count) {
        padding.append(filler[padding.count % filler.count])
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: padding)
      return .string(name == "padStart" ? String(view) + text : text + String(view))
    case "slice":
      func place(_ value: Int) -> Int { value < 0 ? max(0, scalars.count + value) : min(value, scalars.count) }
      return cut(place(whole(0, 0)), place(whole(1, scalars.count)))
    case "substring":
      let a = min(max(0, whole(0, 0)), scalars.count)
      let b = min(max(0, whole(1, scalars.count)), scalars.count)
      return cut(min(a, b), max(a, b))
    case "charAt": return cut(min(whole(0, 0), scalars.count), min(whole(0, 0) + 1, scalars.count))
    case "split":
      guard let mark = first.first, first.unicodeScalars.count == 1 else { return fail("String.split here") }
      var parts: [MongoValue] = []
      for part in separated(text, by: mark) { parts.append(.string(part)) }
      return .array(parts)
    default: return fail("String.\(name)")
    }
  }

  /// Methods that change an array where it lies: what it becomes, and what they answer. Nil for other methods.
  static func changed(_ items: [MongoValue], _ name: String, _ arguments: [MongoValue], _ script: MongoScript)
    -> (items: [MongoValue], answer: MongoValue)?
  {
    var list = items
    switch name {
    case "push":
      list += arguments
      return (list, .number(Double(list.count)))
    case "unshift":
      list = arguments + list
      return (list, .number(Double(list.count)))
    case "pop": return (Array(items.dropLast()), items.last ?? .undefined)
    case "shift": return (Array(items.dropFirst()), items.first ?? .undefined)
    case "reverse":
      list.reverse()
      return (list, .array(list))
    case "sort":
      if case .function(let function)? = arguments.first {
        list = script.stablySorted(items) { (function.call([$0, $1]).double ?? 0) < 0 }
      } else {
        list = script.stablySorted(items) {
          script.plain($0).utf8.lexicographicallyPrecedes(script.plain($1).utf8)
        }
      }
      return (list, .array(list))
    default: return nil
    }
  }

  /// Sorted by insertion, so that a comparison that answers nonsense does no harm.
  private func stablySorted(_ items: [MongoValue], _ precedes: (MongoValue, MongoValue) -> Bool) -> [MongoValue] {
    var list: [MongoValue] = []
    for item in items {
      var place = list.count
      while place > 0, abrupt == nil, precedes(item, list[place - 1]) { place -= 1 }
      list.insert(item, at: place)
    }
    return list
  }

  private func callArray(_ items: [MongoValue], _ name: String, _ arguments: [MongoValue]) -> MongoValue {
    func each(_ item: MongoValue, _ index: Int) -> MongoValue {
      guard case .function(let function)? = arguments.first else { return fail("Array.\(name)") }
      return abrupt == nil ? function.call([item, .number(Double(index)), .array(items)]) : .undefined
    }
    switch name {
    case "map", "flatMap":
      var list: [MongoValue] = []
      for (index, item) in items.enumerated() {
        let made = each(item, index)
        if name == "flatMap", case .array(let inner) = made { list += inner } else { list.append(made) }
      }
      return .array(list)
    case "filter":
      var list: [MongoValue] = []
      for (index, item) in items.enumerated() where each(item, index).isTrue { list.append(item) }
      return .array(list)
    case "find", "findIndex":
      for (index, item) in items.enumerated() where each(item, index).isTrue {
        return name == "find" ? item : .integer(index)
      }
      return name == "find" ? .undefined : .integer(-1)
    case "some":
      for (index, item) in items.enumerated() where each(item, index).isTrue { return .bool(true) }
      return .bool(false)
    case "every":
      for (index, item) in items.enumerated() where !each(item, index).isTrue { return .bool(false) }
      return .bool(true)
    case "forEach":
      for (index, item) in items.enumerated() { _ = each(item, index) }
      return .undefined
    case "reduce":
      guard case .function(let function)? = arguments.first else { return fail("Array.reduce") }
      var rest = items[...]
      var sum = MongoValue.undefined
      if arguments.count > 1 {
        sum = arguments[1]
      } else if let head = rest.popFirst() {
        sum = head
      } else {
        return raise("TypeError", "Reduce of empty array with no initial value")
      }
      for item in rest where abrupt == nil { sum = function.call([sum, item]) }
      return sum
    case "join", "toString":
      var parts: [String] = []
      for item in items { parts.append(item.isNothing ? "" : plain(item)) }
      return .string(parts.joined(separator: arguments.first?.text ?? ","))
    case "includes": return .bool(indexOf(items, arguments.first) >= 0)
    case "indexOf": return .integer(indexOf(items, arguments.first))
    case "concat":
      var list = items
      for argument in arguments {
        if case .array(let more) = argument { list += more } else { list.append(argument) }
      }
      return .array(list)
    case "slice":
      func place(_ index: Int, _ absent: Int) -> Int {
        guard index < arguments.count, let value = arguments[index].double else { return absent }
        return value < 0 ? max(0, items.count + Int(value)) : min(Int(value), items.count)
      }
      let from = place(0, 0)
      let to = place(1, items.count)
      return from < to ? .array(Array(items[from..<to])) : .array([])
    case "keys", "entries", "values": return fail("Array.\(name)")
    default: return fail("Array.\(name)")
    }
  }

  private func indexOf(_ items: [MongoValue], _ wanted: MongoValue?) -> Int {
    for (index, item) in items.enumerated() where item.equals(wanted ?? .undefined) { return index }
    return -1
  }
}
