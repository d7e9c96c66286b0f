// Random scripts from a grammar, repeatable from a seed. Only what ends quickly and prints the same twice.

import SimKernel

struct ScriptGenerator {
  var random: SeededRandom
  private var depth = 0
  private var fuel = 40

  /// Seeds from here on use the whole grammar.
  private let wide: Bool

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    wide = seed >= 1_000_000
  }

  mutating func pick(_ choices: [String]) -> String { choices[random.below(choices.count)] }
  mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  mutating func script() -> String {
    var lines = [
      pick(["x=a; y='b c'; z=", "x=5; y=-3; z=' s '", "x=foo.tar.gz; y=/usr/lib; z='*'", "x='a:b::c'; y=$'t\\tn'; z=0"]
      ),
      pick(["arr=(one 'two three' 4)", "arr=([2]=p [5]=q)", "arr=()", "arr=(1 2 3 4 5)"]),
      "set -- p1 'p 2' ''",
    ]
    if chance(15) { lines.append(pick(["IFS=:", "IFS=,", "IFS=", "IFS=' :'"])) }
    if chance(10) { lines.append("shopt -s extglob") }
    if chance(10) { lines.append(pick(["set -e", "set -u", "set -o pipefail", "set -f"])) }
    if wide { lines += widePrelude() }
    for _ in 0..<(2 + random.below(5)) { lines.append(command()) }
    lines.append("echo \"end $? $x\"")
    return lines.joined(separator: "\n")
  }

  private mutating func variable() -> String {
    pick(["x", "y", "z", "nope", "1", "2", "arr[1]", "arr[@]", "@", "*", "#", "?"])
  }

  mutating func parameter() -> String {
    if wide, chance(35) { return wideParameter() }
    let name = pick(["x", "y", "z", "nope", "1", "arr[1]", "arr[@]", "@", "*"])
    switch random.below(16) {
    case 0: return "${\(name):-\(operand())}"
    case 1: return "${\(name)-\(operand())}"
    case 2: return "${\(name):+\(operand())}"
    case 3: return "${\(name)#\(pattern())}"
    case 4: return "${\(name)##\(pattern())}"
    case 5: return "${\(name)%\(pattern())}"
    case 6: return "${\(name)%%\(pattern())}"
    case 7: return "${\(name)/\(pattern())/\(pick(["", "_", "<&>", "X Y"]))}"
    case 8: return "${\(name)//\(pattern())/\(pick(["", "-", "\\\\"]))}"
    case 9: return "${\(name):\(random.below(4))}"
    case 10: return "${\(name): -\(1 + random.below(2))}"
    case 11: return "${\(name):\(random.below(3)):\(random.below(3))}"
    case 12: return "${\(name)^^}"
    case 13: return "${\(name)@Q}"
    case 14: return "${#\(name)}"
    default: return "${\(name)^}"
    }
  }

  mutating func pattern() -> String {
    pick(["*", "?", "a*", "*.", "[a-c]", "[!a]", "*/", "o", "\\*", "'*'", "\"$x\"", "$x", "+(o)"])
  }
  mutating func operand() -> String { pick(["def", "d e", "\"q r\"", "'s'", "$x", "$(echo sub)", ""]) }

  mutating func atom() -> String {
    switch random.below(14) {
    case 0: return "$" + pick(["x", "y", "z", "nope", "@", "*", "#", "1", "2"])
    case 1: return "\"$" + pick(["x", "y", "z", "@", "*", "#", "2"]) + "\""
    case 2: return parameter()
    case 3: return "\"\(parameter())\""
    case 4: return "'\(pick(["a b", "$x", "*", "\\n", ""]))'"
    case 5: return pick(["\\$", "\\ ", "\\*", "\\\\", "\\'"])
    case 6: return "$((\(arithmetic())))"
    case 7: return pick(["{a,b}", "{1..3}", "{c,}", "{x}"])
    case 8: return "$(\(simple()))"
    case 9: return "\"$(\(simple()))\""
    case 10: return "${arr[\(pick(["@", "*", "0", "1", "-1", "x"]))]}"
    case 11: return "\"${arr[\(pick(["@", "*", "0", "1"]))]}\""
    case 12: return pick(["$'a\\nb'", "~", "a=~", "`echo bq`"])
    default: return pick(["a", "b", "foo", "-n", "1", "..", "/", "x.y"])
    }
  }

  mutating func word() -> String {
    var text = atom()
    while chance(25) { text += atom() }
    return text
  }

  mutating func words() -> String {
    var list: [String] = []
    for _ in 0..<(1 + random.below(3)) { list.append(word()) }
    return list.joined(separator: " ")
  }

  mutating func arithmetic() -> String {
    depth += 1
    defer { depth -= 1 }
    if depth > 4 { return String(random.below(20)) }
    switch random.below(9) {
    case 0, 1: return String(random.below(30))
    case 2: return pick(["n", "m", "arr[0]", "${#x}", "$#"])
    case 3: return "(\(arithmetic()))"
    case 4: return "n\(pick(["=", "+=", "-=", "*=", "|="]))\(arithmetic())"
    case 5: return pick(["n++", "++n", "m--", "-n", "!m", "~n"])
    case 6: return "\(arithmetic()) ? \(arithmetic()) : \(arithmetic())"
    default:
      return
        "\(arithmetic()) \(pick(["+", "-", "*", "/", "%", "<<", ">>", "<", "<=", "==", "!=", "&&", "||", "&", "|", "^", "**", ","])) \(random.below(6))"
    }
  }

  mutating func simple() -> String {
    switch random.below(8) {
    case 0: return "printf '<%s>' \(words())"
    case 1: return "printf '%s|%5s|%d\\n' \(word()) \(word()) \(random.below(99))"
    case 2: return pick(["true", "false", ":", "(exit 3)", "nosuchcommand"])
    case 3: return "[ \(word()) \(pick(["=", "!=", "-eq", "-lt"])) \(word()) ]"
    case 4:
      return "[[ \(atom()) \(pick(["==", "!=", "=~", "<"])) \(pick(["a*", "\"$x\"", "$y", "[a-z]+", "^.$", "b"])) ]]"
    default: return "echo \(words())"
    }
  }

  mutating func list() -> String {
    var parts: [String] = []
    for _ in 0..<(1 + random.below(2)) { parts.append(command()) }
    // After a here-document the line must end.
    var text = parts[0]
    for part in parts.dropFirst() { text += (text.hasSuffix("\nE") ? "\n" : "; ") + part }
    return text.hasSuffix("\nE") ? text + "\n:" : text
  }

  mutating func command() -> String {
    fuel -= 1
    depth += 1
    defer { depth -= 1 }
    if depth > 4 || fuel < 0 { return simple() }
    if wide, chance(60) { return wideCommand() }
    switch random.below(24) {
    case 0: return "if \(simple()); then \(list()); else \(list()); fi"
    case 1: return "for i in \(words()); do echo \"i=$i\"; \(list()); done"
    case 2: return "case \(word()) in \(pick(["a*", "?", "\"$x\"", "[0-9]*"]))) \(list());; *) \(list());; esac"
    case 3: return "( \(list()) )"
    case 4: return "{ \(list()); }"
    case 5:
      return
        "\(simple()) | \(pick(["cat", "tr a-z A-Z", "sort", "{ read -r a b; echo \"$b/$a\"; }", "while read l; do echo \"l:$l\"; done"]))"
    case 6: return "\(simple()) && \(simple()) || \(simple())"
    case 7: return "! \(simple())"
    case 8: return "f() { local x=loc; \(list()); return \(random.below(4)); }; f \(words()); echo \"f $?\""
    case 9: return "\(pick(["x", "y", "z"]))=\(word())"
    case 10: return "arr+=(\(words()))"
    case 11: return "arr[\(pick(["0", "3", "n", "-1"]))]=\(word())"
    case 12: return "(( \(arithmetic()) )); echo \"a $?\""
    case 13: return "echo $((\(arithmetic()))) $n"
    case 14: return "x=\(atom()) y=\(atom()) eval 'echo \"$x\" $y'"
    case 15: return "cat <<E\n$x \(textParameter()) $((1+1))\nE"
    case 16: return "cat <<< \(word())"
    case 17: return "read -r a b <<< \(word()); echo \"[$a][$b]\""
    case 18: return "for ((i=0;i<\(1 + random.below(3));i++)); do \(simple()); done"
    case 19: return "declare -p x arr"
    case 20: return "i=0; while [ $i -lt 2 ]; do i=$((i+1)); \(pick(["continue", "break", ":"])); echo no; done"
    case 21: return "set -- \(words()); echo $# \"$1\""
    default: return simple()
    }
  }
}
