// The hashes that name revisions and replica sets: FNV over Go's JSON (ControllerRevisions) or over Go's printed
// structures (pod-template-hash), written with the API's vowel-free alphabet. Kubernetes pkg/controller/history,
// pkg/controller/controller_utils.go, pkg/util/hash; 1.32.

import SimKernel
package import Unstructured

package enum Hashes {
  /// FNV-1, 32 bit.
  package static func fnv1(_ bytes: [UInt8]) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in bytes {
      hash = hash &* 16_777_619
      hash ^= UInt32(byte)
    }
    return hash
  }

  /// FNV-1a, 32 bit.
  package static func fnv1a(_ bytes: [UInt8]) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in bytes {
      hash ^= UInt32(byte)
      hash = hash &* 16_777_619
    }
    return hash
  }

  private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)

  /// The decimal text of a number in the safe alphabet.
  package static func safeEncoded(_ number: UInt32) -> String {
    var out: [UInt8] = []
    for byte in String(number).utf8 { out.append(alphabet[Int(byte) % alphabet.count]) }
    return String(decoding: out, as: UTF8.self)
  }

  /// `data` of a StatefulSet's or DaemonSet's ControllerRevision: a patch that replaces the template.
  package static func revisionData(template: Value) -> Value {
    var replaced = template
    replaced["$patch"] = "replace"
    return ["spec": ["template": replaced]]
  }

  /// The hash of a ControllerRevision with that data.
  package static func controllerRevision(data: Value, collisionCount: Int64 = 0) -> String {
    var bytes = Array(JSON.compact(data).utf8)
    bytes += Array(String(collisionCount).utf8)
    return safeEncoded(fnv1(bytes))
  }

  /// The hash in a Deployment's ReplicaSet names. The template must have its defaults.
  package static func podTemplate(_ template: Value, collisionCount: Int64? = nil) -> String {
    var bytes = Array(GoDump.podTemplate(template).utf8)
    if let collisionCount {
      for shift in 0..<8 {
        bytes.append(shift < 4 ? UInt8(truncatingIfNeeded: collisionCount >> (8 * Int64(shift))) : 0)
      }
    }
    return safeEncoded(fnv1a(bytes))
  }
}

/// Go structures as spew prints them for hashing: one line, type names, no addresses, map keys sorted.
package enum GoDump {
  package static func podTemplate(_ template: Value) -> String {
    var out: [UInt8] = []
    write(template, .structure("PodTemplateSpec"), typed: true, &out)
    return String(decoding: out, as: UTF8.self)
  }

  private static func write(_ value: Value?, _ type: FieldType, typed: Bool, _ out: inout [UInt8]) {
    if typed { out += "(\(type.goName))".utf8 }
    let present = value?.isNull == false ? value : nil
    switch type {
    case .pointer(let target):
      guard let present else {
        out += "<nil>".utf8
        return
      }
      write(present, target, typed: false, &out)
    case .string, .named: out += (present?.string ?? "").utf8
    case .bool: out += (present?.bool == true ? "true" : "false").utf8
    case .int32, .int64: out += String(present?.integer ?? 0).utf8
    case .double: out += Decimal.go(0).utf8
    case .time, .microTime:
      // Templates carry no times.
      out += "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}".utf8
    case .duration: out += "{Duration:(time.Duration)0s}".utf8
    case .intOrString:
      if let text = present?.string {
        out += "{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)\(text)}".utf8
      } else {
        out += "{Type:(intstr.Type)0 IntVal:(int32)\(present?.integer ?? 0) StrVal:(string)}".utf8
      }
    case .quantity: write(quantity: present, &out)
    case .bytes, .raw: out += "<nil>".utf8
    case .resourceList: write(map: present, .quantity, &out)
    case .map(let item): write(map: present, item, &out)
    case .list(let item):
      guard let items = present?.array, !items.isEmpty else {
        out += "<nil>".utf8
        return
      }
      out.append(91)
      for (index, element) in items.enumerated() {
        if index > 0 { out.append(32) }
        write(element, item, typed: false, &out)
      }
      out.append(93)
    case .structure(let name):
      guard let structure = Schema.structure(name) else { return }
      write(fields: structure, present, &out)
    }
  }

  private static func write(fields structure: Structure, _ value: Value?, _ out: inout [UInt8]) {
    out.append(123)
    for (index, field) in structure.fields.enumerated() {
      if index > 0 { out.append(32) }
      out += field.goName.utf8
      out.append(58)
      // An embedded structure reads its fields from the same object.
      write(field.isEmbedded ? value : value?[field.name], field.type, typed: true, &out)
    }
    out.append(125)
  }

  private static func write(map value: Value?, _ item: FieldType, _ out: inout [UInt8]) {
    guard let object = value?.object, !object.isEmpty else {
      out += "<nil>".utf8
      return
    }
    out += "map[".utf8
    var first = true
    for (key, member) in object.sortedByKey {
      if !first { out.append(32) }
      first = false
      out += key.utf8
      out.append(58)
      write(member, item, typed: false, &out)
    }
    out.append(93)
  }

  /// A quantity with its cached text: binary ones whose number is a multiple of eight have none.
  private static func write(quantity value: Value?, _ out: inout [UInt8]) {
    let quantity = Quantity(value) ?? Quantity(0)
    let text = value == nil ? "" : quantity.description
    var number = quantity.value
    var scale = quantity.scale
    var cached = text
    var format = "DecimalSI"
    switch quantity.format {
    case .binarySI:
      format = "BinarySI"
      let digits = text.utf8.prefix { $0 >= 48 && $0 <= 57 }
      if let count = Int64(String(decoding: Array(digits), as: UTF8.self)), count % 8 == 0,
        digits.count < text.utf8.count
      {
        cached = ""
      }
      if text.utf8.last != 105 { format = "DecimalSI" }
    case .decimalExponent: format = "DecimalExponent"
    case .decimalSI: break
    }
    if format != "BinarySI", !quantity.isZero {
      (number, scale) = quantity.canonicalDecimal
    }
    out +=
      "{i:(resource.int64Amount){value:(int64)\(number) scale:(resource.Scale)\(scale)} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)\(cached) Format:(resource.Format)\(format)}"
      .utf8
  }
}
