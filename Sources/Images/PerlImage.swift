// docker.io/library/perl. Of the language itself only `print bpi(N)` with the bignum module is here: π to N digits, the Job of
// the Kubernetes documentation. Source: bignum(3perl), Math::BigFloat's bpi.

import SimKernel
import SimMachine
import Utilities

package enum PerlImage {
  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/library/perl",
      tags: .matching { tag in
        if ["latest", "stable", "slim"].contains(tag) { return true }
        guard let version = VersionTag(tag), version.numbers[0] == 5 else { return false }
        return version.numbers.count < 2 || (8...42).contains(version.numbers[1])
      }, sizeBytes: { _ in 340 << 20 }, pull: .milliseconds(9_000),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.workingDirectory = VersionTag(tag).map { $0.numbers[1] >= 36 } == false ? "/" : "/usr/src/app"
        let version = VersionTag(tag)?.numbers ?? []
        configuration.command = [
          "perl" + (version.count == 3 ? "\(version[0]).\(version[1]).\(version[2])" : ""), "-de0",
        ]
        configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
        return configuration
      }, populate: { machine, _ in install(machine, "/usr/local/bin/perl") { PerlProgram() } })
  }
}

private final class PerlProgram: Program {
  private var until: Instant?
  private var digits = 0

  func resume(_ process: Process) -> Step {
    if let until {
      guard process.world.now >= until else { return .wait([.until(until, .activity)]) }
      process.print(PerlProgram.pi(digits) + "\n")
      return .exit(0)
    }
    guard let count = PerlProgram.requested(Array(process.arguments.dropFirst())), count > 0, count <= 10_000 else {
      process.note(notSimulated: "perl")
      return .exit(1)
    }
    digits = count
    // Math::BigFloat takes some seconds for the 2,000 digits of the documentation.
    until = process.world.now + (process.machine.facts.readyDelay ?? .milliseconds(Int64(2 * count)))
    return .again
  }

  /// N of `-Mbignum=bpi -wle 'print bpi(N)'`.
  private static func requested(_ words: [String]) -> Int? {
    guard words.count == 3, words[0] == "-Mbignum=bpi", words[1] == "-wle" || words[1] == "-le" else { return nil }
    let text = words[2].split(separator: " " as Character).joined(separator: " ")
    guard text.hasPrefix("print bpi("), text.hasSuffix(")") || text.hasSuffix(");") else { return nil }
    return Int(text.dropFirst(10).prefix { $0 != ")" })
  }

  // MARK: π

  /// π with so many significant digits, the last one rounded. Machin: π = 16 arctan 1/5 − 4 arctan 1/239, in fixed point.
  static func pi(_ digits: Int) -> String {
    let guardDigits = 10
    let limbs = (digits + guardDigits) / 9 + 2
    var sum = arctangent(16, of: 5, limbs)
    subtract(arctangent(4, of: 239, limbs), from: &sum)
    var text = "\(sum[0])"
    for limb in sum.dropFirst() { text += padded(limb, 9) }
    var kept = Array(text.utf8.prefix(digits))
    if text.utf8.count > digits, Array(text.utf8)[digits] >= 53 {
      var place = kept.count - 1
      while place >= 0, kept[place] == 57 {
        kept[place] = 48
        place -= 1
      }
      if place >= 0 { kept[place] += 1 }
    }
    guard kept.count > 1 else { return String(decoding: kept, as: UTF8.self) }
    kept.insert(46, at: 1)
    return String(decoding: kept, as: UTF8.self)
  }

  /// factor × arctan 1/x, as limbs of nine decimal digits after a whole number.
  private static func arctangent(_ factor: Int64, of x: Int64, _ limbs: Int) -> [Int64] {
    var power = [Int64](repeating: 0, count: limbs)
    power[0] = factor
    divide(&power, by: x)
    var sum = power
    var odd: Int64 = 1
    var isSubtracted = true
    while power.contains(where: { $0 != 0 }) {
      divide(&power, by: x * x)
      odd += 2
      var term = power
      divide(&term, by: odd)
      if isSubtracted { subtract(term, from: &sum) } else { add(term, to: &sum) }
      isSubtracted.toggle()
    }
    return sum
  }

  private static let base: Int64 = 1_000_000_000

  private static func divide(_ number: inout [Int64], by divisor: Int64) {
    var remainder: Int64 = 0
    for index in number.indices {
      let whole = remainder * base + number[index]
      number[index] = whole / divisor
      remainder = whole % divisor
    }
  }

  private static func subtract(_ other: [Int64], from number: inout [Int64]) {
    var borrow: Int64 = 0
    for index in number.indices.reversed() {
      var value = number[index] - other[index] - borrow
      borrow = value < 0 ? 1 : 0
      if value < 0, index > 0 { value += base }
      number[index] = value
    }
  }

  private static func add(_ other: [Int64], to number: inout [Int64]) {
    var carry: Int64 = 0
    for index in number.indices.reversed() {
      let value = number[index] + other[index] + carry
      carry = index > 0 ? value / base : 0
      number[index] = index > 0 ? value % base : value
    }
  }
}
