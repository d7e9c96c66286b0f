// The rest of the grammar: associative arrays, references, transformations, here-documents in odd places, descriptors, traps,
// builtins with options, and now and then a mistake.

import SimKernel

extension ScriptGenerator {
  mutating func widePrelude() -> [String] {
    var lines = ["declare -A m=([k]=v ['a b']='c d' [x]=5)", "ref=x; pre_a=1; pre_b='2 3'"]
    if chance(12) {
      lines.append(pick(["shopt -s nocasematch", "shopt -s nullglob", "shopt -s lastpipe", "set -E", "set -T"]))
    }
    if chance(15) {
      lines.append(
        pick([
          "trap 'echo \"exit $? $x\"' EXIT", "trap 'echo \"err $LINENO $?\"' ERR",
          "trap 'echo \"ret $FUNCNAME\"' RETURN",
          "trap 'echo \"cmd $BASH_COMMAND\"' ERR",
        ]))
    }
    if chance(4) { lines.append("trap 'echo \"dbg $LINENO $BASH_COMMAND\"' DEBUG") }
    if chance(10) { lines.append("set -x") }
    if chance(30) { lines.append("touch f1 f2 'f 3' .hid") }
    return lines
  }

  mutating func wideParameter() -> String {
    let list = pick(["m[@]", "m[*]", "arr[@]", "arr[*]", "@", "*"])
    let one = pick(["x", "y", "z", "m[k]", "m[a b]", "m[none]", "arr[-1]", "arr[n]", "ref", "pre_b", "nope"])
    switch random.below(19) {
    case 0: return "${!\(pick(["ref", "pre_*", "pre_@", "m[@]", "arr[@]", "nope", "1", "arr[*]"]))}"
    case 1: return "${\(one)@\(pick(["Q", "U", "u", "L", "E", "A", "a"]))}"
    case 2: return "${\(pick(["arr[@]", "arr[*]", "@"]))@\(pick(["Q", "U", "u", "A", "a", "K", "k"]))}"
    case 3: return "${\(one): \(pick(["-1", "-2:1", "-3:-1", "1:-1", "0:2", "2"]))}"
    case 4: return "${\(list): \(pick(["-1", "1:1", "0:2", "2", "-2:1"]))}"
    case 5: return "${\(one)\(pick([":=", ":-", ":+", "-", "+"]))\(operand())}"
    case 6: return "${\(list)/\(pattern())/\(pick(["-", "<&>", "$z"]))}"
    case 7: return "${\(one)/\(pick(["#", "%"]))\(pattern())/\(pick(["-", "", "Z"]))}"
    case 8: return "${\(one)\(pick([",,", "^^", ",", "^", "~~", "~"]))\(pick(["", "[a-c]", "?"]))}"
    case 9: return "${#\(pick(["m[@]", "arr[@]", "m[k]", "arr[0]", "pre_b", "@", "*"]))}"
    case 10: return "${\(list)}"
    case 11: return "${m[$x]}"
    case 12: return "${arr[$((\(random.below(4))))]}"
    case 13: return "${\(list)#\(pattern())}"
    case 14: return "${x:$((n)):${#y}}"
    case 15: return "${\(one)%%\(pick(["+([a-z])", "@(a|b)*", "!(a)", "*(?)"]))}"
    case 16: return "${x+${y-\(operand())}}"
    case 17: return "${nope:-\"${x:-q}\"'s'}"
    default: return "${\(one)}"
    }
  }

  /// For here-documents, in whose bodies bash 5.2 misreads `${x:$((n)):1}`.
  mutating func textParameter() -> String {
    let text = parameter()
    return text.contains(":$((") ? "${x:1:2}" : text
  }

  mutating func condition() -> String {
    switch random.below(9) {
    case 0:
      return "-\(pick(["z", "n", "v", "f", "d", "e"])) \(pick(["x", "$x", "\"$y\"", "nope", "f1", "arr[1]", "m[k]"]))"
    case 1: return "\(word()) == \(pick(["a*", "\"$x\"", "$y", "+([a-z])", "@(a|b)"]))"
    case 2: return "\(word()) =~ \(pick(["^([a-z]+)(.*)$", "^[0-9]+$", "$x", "b|c", "(o)(o)?"]))"
    case 3: return "\(random.below(9)) -\(pick(["eq", "lt", "ge", "ne"])) \(pick(["$n", "n", "${#x}", "3"]))"
    case 4: return "! \(word()) != b"
    case 5: return "\(condition()) && \(condition())"
    case 6: return "\(condition()) || \(condition())"
    case 7: return "( \(condition()) )"
    default: return "$x < \(word())"
    }
  }

  mutating func format() -> String {
    var text = ""
    for _ in 0..<(1 + random.below(3)) {
      text += pick([
        "%s", "%d", "%5s", "%-5s|", "%05d", "%x", "%q", "%b", "%c", "%.2s", "%.2f", "%+d", "%%", "%3d|", "%o", "%X",
        "%#x", "%e",
        "%g", "a\\tb", "\\n", "-", "%i", "%u", "%*s", "%.*s",
      ])
    }
    return text + "\\n"
  }

  mutating func wideCommand() -> String {
    switch random.below(44) {
    case 0: return "m[\(pick(["k", "new", "$x", "'a b'", "\"$y\""]))]\(pick(["", "+"]))=\(word())"
    case 1: return "for i in \"${!m[@]}\"; do echo \"$i=${m[$i]}\"; done"
    case 2: return "declare -p \(pick(["m", "ref", "n", "arr x", "pre_a nope"]))"
    case 3: return "if [[ \(condition()) ]]; then \(list()); fi; echo \"${BASH_REMATCH[@]}\""
    case 4: return "[[ \(condition()) ]]; echo \"c $?\""
    case 5:
      return
        "case \(word()) in a*) \(simple());\(pick([";", "&", ";&"])) [0-9]*|?) \(simple());\(pick([";", "&", ";&"])) *) \(simple());; esac"
    case 6: return "printf '\(format())' \(words())"
    case 7:
      return
        "printf -v \(pick(["x", "arr[1]", "m[k]"])) '\(format())' \(words()); echo \"$x\" \"${arr[1]}\" \"${m[k]}\""
    case 8:
      return
        "while read -r \(pick(["l", "a b", "a b c"])); do echo \"<$l|$a|$b>\"; done <<E\n$x \(textParameter())\nb c d e\nE"
    case 9: return "h() {\n  cat <<-E\n\t$1 \(textParameter())\n\tE\n  \(list())\n}; h \(word())"
    case 10:
      return "cat <<'E' | \(pick(["tr a-z A-Z", "sort -r", "while read -r l; do echo \"[$l]\"; done"]))\n$x b\na \\n\nE"
    case 11:
      return
        "mapfile \(pick(["-t", "", "-t -n 1", "-t -s 1", "-O 2 -t", "-d ' ' -t"])) arr < <(printf '%s\\n' \(words())); declare -p arr"
    case 12:
      return
        "OPTIND=1; while getopts \(pick(["ab:", ":ab:", "a:c"])) o \(pick(["-a -b v", "-bv -a", "-x", "-b", "-ac", "-- -a"])); do echo \"$o ${OPTARG-unset} $OPTIND\"; done"
    case 13:
      return "select s in \(words()); do echo \"s=$s r=$REPLY\"; \(pick(["break", "x=$s", ":"])); done <<< $'1\\n2\\n9'"
    case 14:
      return
        "g() { local -n r=$1; r=\(word()); echo \"${!r}\"; }; g \(pick(["x", "y", "arr"])); echo \"$x $y ${arr[0]}\""
    case 15: return "{ \(simple()); \(simple()) >&2; } 2>&1 | cat"
    case 16: return "exec 3>&1; \(simple()) >&3; exec 3>&-"
    case 17:
      return
        "\(simple()) \(pick([">out", ">>out", ">out 2>&1", "&>out", "2>/dev/null", ">/dev/null 2>&1"])); cat out 2>/dev/null"
    case 18: return "exec {fd}>o1; echo \(word()) >&$fd; exec {fd}>&-; cat o1"
    case 19: return "cat <(\(simple())) <(echo \(word()))"
    case 20: return "x=$(\(command())\n\(simple())\n); echo \"$x\""
    case 21: return "echo \"$(\(list()))\" $(\(simple())\n\n\(simple()))"
    case 22: return "(\(list())) || echo \"sub $?\""
    case 23:
      return
        "eval \"\(pick(["echo \\$x", "x=5", "false", "nosuch", "echo )", "for i in 1 2; do echo \\$i; done"]))\"; echo $?"
    case 24: return "\(simple()) | \(simple()); echo \"${#PIPESTATUS[@]} $?\""
    case 25:
      return
        "for i in 1 2; do for j in a b; do \(pick(["break", "continue", "break 2", "continue 2", ":"])); echo $i$j; done; echo after; done"
    case 26: return "type \(pick(["-t ", "", "-a "]))\(pick(["f", "cd", "if", "nosuch", "h"])) 2>&1"
    case 27:
      return
        "\(pick(["command", "builtin", "command -v", "command -V"])) \(pick(["echo hi", "cd .", "nosuch", "printf x", "ls f1"]))"
    case 28:
      return
        "unset \(pick(["x", "'m[k]'", "'arr[0]'", "-v y", "nope", "-f f", "arr", "'arr[-1]'"])); echo \"${x-unset} ${#arr[@]} ${#m[@]}\""
    case 29:
      return
        "IFS=\(pick([",", ":", "' '", "", "$'\\n'"])) read -r \(pick(["", "-a arr", "-n 2", "-d c"])) \(pick(["a b", "a", ""])) <<< \(word()); echo \"[$a][$b][$REPLY]\" \"${arr[@]}\""
    case 30:
      return
        "declare \(pick(["-i n=5+3", "-l x=ABC", "-u y=abc", "-r q1=1", "-a arr=(x 'y z')", "-A m=([z]=1)", "-x x"])); echo \"$n $x $y\""
    case 31:
      return "l() { local \(pick(["x=1", "-i n=2", "y", "-a arr=(l)", "x=$y z=$x"])); \(list()); }; l; echo \"$x\""
    case 32: return "(( \(arithmetic()) )) && echo yes || echo no"
    case 33: return "let \(pick(["'n=1+2'", "n++", "'n=n?3:4' m=2", "0", "n+=2"])); echo \"$? $n\""
    case 34: return "until [[ $((++u)) -gt \(1 + random.below(3)) ]]; do \(simple()); done"
    case 35: return "set -- \(words()); while [ $# -gt 0 ]; do echo \"$1\"; shift; done"
    case 36: return "\(simple()) &\nwait; echo \"w $?\""
    case 37: return "echo \(pick(["*", "f*", "[f]1", "nomatch*", ".*d", "f?", "'f'*", "f[!1]"]))"
    case 38: return "trap '\(pick(["echo t", "", "-"]))' \(pick(["EXIT", "ERR", "USR1", "INT"])); trap -p"
    case 39: return "readonly rr=1; \(pick(["rr=2", "unset rr", "declare rr=3", "(rr=4)", "echo $rr"])); echo \"r $?\""
    case 40:
      return
        "echo \(pick(["{1..3}{a,b}", "{a..e..2}", "{01..3}", "x{,y,z}w", "{$x,b}", "{a,b}{c", "{3..1}", "{a,'b c'}", "pre{a,{b,c}d}post"]))"
    case 41: return "\(pick(["x", "arr", "m"]))+=\(pick(["q", "(q 'r s')", "([n]=w)"])); echo \"$x ${arr[@]} ${m[@]}\""
    case 42:
      return pick([
        "echo ${x", "if true; then", "echo )", "for i in; do :; done", "case x in esac", "echo ${x y}", "fi", "f( {",
        "echo $((1+))",
        "[ a = ]", "[ 1 -eq a ]", "cd /nonexistent", "shift 9", "exit 3", "return", "break", "local q", ". nofile",
        "echo $((1/0))",
        "x=${nope?msg}", "wait 99999", "unset 1a", "export 1a=1", "printf '%d\\n' abc", "set -o nosuch",
        "kill -9 99999999", "[[ a -lt ]]",
      ])
    default: return "f() { \(list()); }; declare -f f"
    }
  }
}
