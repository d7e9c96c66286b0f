// factor (coreutils 26.1): prime factors of numbers below 2^64, by trial division, Miller and Rabin's test and Pollard's rho.
// Larger numbers are not simulated.

import SimMachine

let factorOptions = OptionTable.none

func factorNumbers(_ call: ToolCall) -> Int32 {
  var words: [ArraySlice<UInt8>] = []
  if call.operands.isEmpty {
    words = call.stdin.split(whereSeparator: isSpace)
  } else {
    for operand in call.operands { words.append(operand.bytes[...]) }
  }
  for word in words {
    call.process.account.spend(steps: 16)
    switch factorize(word) {
    case .text(let text): call.printLine(text)
    case .wrong: call.complain("\(quoted(String(bytes: word))) is not a valid positive integer")
    case .tooLarge: return call.notSimulated("factor of a number of more than 64 bits")
    }
  }
  return call.status
}

private enum Factored {
  case text(String)
  case wrong, tooLarge
}

private func factorize(_ given: ArraySlice<UInt8>) -> Factored {
  var digits = given.drop { isBlank($0) }
  if digits.first == 43 { digits.removeFirst() }
  guard !digits.isEmpty else { return .wrong }
  var value: UInt64 = 0
  for byte in digits {
    guard isDigit(byte) else { return .wrong }
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 48))
    if overflow || carry { return .tooLarge }
    value = sum
  }
  var factors: [UInt64] = []
  split(value, &factors)
  factors.sort()
  var text = "\(value):"
  for factor in factors { text += " \(factor)" }
  return .text(text)
}

private func split(_ given: UInt64, _ factors: inout [UInt64]) {
  var value = given
  guard value > 1 else { return }
  var divisor: UInt64 = 2
  while divisor < 4096, divisor &* divisor <= value {
    while value % divisor == 0 {
      factors.append(divisor)
      value /= divisor
    }
    divisor += divisor == 2 ? 1 : 2
  }
  var open = value > 1 ? [value] : []
  while let next = open.popLast() {
    if next < 4096 * 4096 || isPrime(next) {
      factors.append(next)
    } else {
      let part = properDivisor(of: next)
      open.append(part)
      open.append(next / part)
    }
  }
}

/// a · b mod m without a wider type: the browser build cannot divide 128 bits.
private func product(_ a: UInt64, _ b: UInt64, _ m: UInt64) -> UInt64 {
  if a < 1 << 32, b < 1 << 32 { return a * b % m }
  var left = a % m
  var right = b
  var sum: UInt64 = 0
  while right > 0 {
    if right & 1 == 1 { sum = sum >= m - left ? sum - (m - left) : sum + left }
    left = left >= m - left ? left - (m - left) : left + left
    right >>= 1
  }
  return sum
}

private func power(_ base: UInt64, _ exponent: UInt64, _ m: UInt64) -> UInt64 {
  var result: UInt64 = 1
  var square = base % m
  var left = exponent
  while left > 0 {
    if left & 1 == 1 { result = product(result, square, m) }
    square = product(square, square, m)
    left >>= 1
  }
  return result
}

/// Miller and Rabin with the witnesses that decide every number below 2^64.
private func isPrime(_ value: UInt64) -> Bool {
  var odd = value - 1
  var twos = 0
  while odd & 1 == 0 {
    odd >>= 1
    twos += 1
  }
  for witness in [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37] as [UInt64] {
    var x = power(witness, odd, value)
    if x == 1 || x == value - 1 { continue }
    var composite = true
    for _ in 1..<max(twos, 1) {
      x = product(x, x, value)
      if x == value - 1 {
        composite = false
        break
      }
    }
    if composite { return false }
  }
  return true
}

private func properDivisor(of value: UInt64) -> UInt64 {
  var constant: UInt64 = 1
  while true {
    var slow: UInt64 = 2
    var fast: UInt64 = 2
    var common: UInt64 = 1
    func next(_ x: UInt64) -> UInt64 {
      let square = product(x, x, value)
      return square >= value - constant ? square - (value - constant) : square + constant
    }
    while common == 1 {
      slow = next(slow)
      fast = next(next(fast))
      common = greatestCommonDivisor(slow > fast ? slow - fast : fast - slow, value)
    }
    if common != value { return common }
    constant += 1
  }
}

private func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var a = a
  var b = b
  while b > 0 { (a, b) = (b, a % b) }
  return a
}
