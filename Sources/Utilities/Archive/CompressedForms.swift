// zgrep, zdiff, zcmp, zless and zmore: programs of gzip that are shell scripts in reality as well. Source: gzip manual.

import SimMachine

/// A program that is a script for a shell of the machine.
final class ScriptedTool: Program {
  private let shell: String
  private let script: String
  private var child: Process?

  init(_ script: String, shell: String = "/bin/bash") {
    self.script = script
    self.shell = shell
  }

  func resume(_ process: Process) -> Step {
    if let child {
      return child.status.map { .exit($0.code) } ?? .wait([.queue(child.ended)])
    }
    do throws(Errno) {
      let words = [shell, "-c", script] + process.arguments
      child = try launch(words, from: process)
    } catch {
      process.note(notSimulated: "\(process.name) without \(shell)")
      return .exit(127)
    }
    return resume(process)
  }
}

let compressedGrep = """
  options=() patterns=()
  while (( $# )); do
    case $1 in
      -e|-f) patterns+=("$1" "$2"); shift ;;
      -[ABCm]) options+=("$1" "$2"); shift ;;
      --) shift; break ;;
      -?*) options+=("$1") ;;
      *) break ;;
    esac
    shift
  done
  if (( ! ${#patterns[@]} )); then
    if (( ! $# )); then
      echo 'usage: zgrep [grep_options] pattern [files]' >&2
      exit 2
    fi
    patterns=(-e "$1")
    shift
  fi
  (( $# )) || set -- -
  label=()
  (( $# > 1 )) && label=(-H)
  result=1
  for file; do
    gzip -cdfq -- "$file" | grep --label="$file" "${label[@]}" "${options[@]}" "${patterns[@]}"
    codes=("${PIPESTATUS[@]}")
    if (( codes[0] == 1 || codes[1] > 1 )); then
      result=2
    elif (( codes[1] == 0 && result == 1 )); then
      result=0
    fi
  done
  exit $result
  """

/// zdiff and zcmp: `$tool` compares.
func compressedComparison(_ tool: String) -> String {
  """
  options=()
  while (( $# )); do
    case $1 in
      --) shift; break ;;
      -?*) options+=("$1"); shift ;;
      *) break ;;
    esac
  done
  if (( ! $# )); then
    echo '/usr/bin/zdiff: missing operand' >&2
    exit 2
  fi
  if (( $# == 1 )); then
    gzip -cdfq -- "$1" | \(tool) "${options[@]}" - "${1%.gz}"
    exit ${PIPESTATUS[1]}
  fi
  case $1,$2 in
    *.gz,*.gz) \(tool) "${options[@]}" <(gzip -cdfq -- "$1") <(gzip -cdfq -- "$2") ;;
    *.gz,*) gzip -cdfq -- "$1" | \(tool) "${options[@]}" - "$2" ;;
    *,*.gz) gzip -cdfq -- "$2" | \(tool) "${options[@]}" "$1" - ;;
    *) exec \(tool) "${options[@]}" "$1" "$2" ;;
  esac
  """
}

func compressedPager(_ pager: String) -> String { "for file; do gzip -cdfq -- \"$file\"; done | \(pager)" }
