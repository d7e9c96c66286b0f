// `kubectl completion SHELL`: short scripts of our own, marked as such, that make each shell ask `kubectl __complete` for candidates.
// The long ones kubectl carries are not copied; the name of the bash function is the one that course texts give to `complete -F`.

import KubeAPI
import SimKernel
import SimMachine

extension Verb {
  static let completion = Verb(
    "completion", .settings, usage: "SHELL",
    synopsis: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    examples: ["source <(kubectl completion bash)"], latency: .local, run: CompletionScripts.run)
}

enum CompletionScripts {
  static let shells = ["bash", "zsh", "fish", "powershell"]

  @Sendable static func run(_ call: Call) throws(Failure) {
    guard let shell = call.arguments.first else { throw .usage(call.path, "Shell not specified.") }
    if call.arguments.count > 1 { throw .usage(call.path, "Too many arguments. Expected only the shell type.") }
    guard shells.contains(shell) else { throw .usage(call.path, "Unsupported shell type \(goQuoted(shell)).") }
    call.print(script(shell))
  }

  private static func script(_ shell: String) -> String {
    let text: String
    switch shell {
    case "bash": text = bash
    case "zsh": text = zsh
    case "fish": text = fish
    default: text = powershell
    }
    return "\(shell == "zsh" ? "#compdef kubectl\ncompdef _kubectl kubectl\n\n" : "")\(mark)\n\(text)"
  }

  private static let mark = """
    # Completion of kubectl for this shell.
    # (A short script of this simulator's own; kubectl's is longer.)

    """

  private static let bash = #"""
    __start_kubectl() {
      local current="${COMP_WORDS[COMP_CWORD]}" answer directive
      COMPREPLY=()
      answer=$(kubectl __completeNoDesc "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$current" 2>/dev/null) || return
      directive=${answer##*:}
      answer=${answer%:*}
      if (( directive & 9 )); then
        return
      fi
      if [[ $(type -t compopt) == builtin ]]; then
        if (( directive & 2 )); then compopt -o nospace 2>/dev/null; fi
        if (( directive & 4 )); then compopt +o default 2>/dev/null; fi
      fi
      while IFS= read -r word; do
        if [[ -n $word ]]; then COMPREPLY+=("$word"); fi
      done <<< "$answer"
    }

    if [[ $(type -t compopt) == builtin ]]; then
      complete -o default -F __start_kubectl kubectl
    else
      complete -o default -o nospace -F __start_kubectl kubectl
    fi

    """#

  private static let zsh = #"""
    _kubectl() {
      local -a lines
      lines=("${(@f)$(kubectl __completeNoDesc "${(@)words[2,CURRENT]}" 2>/dev/null)}")
      local directive=${lines[-1]#:}
      lines[-1]=()
      if (( directive & 2 )); then
        compadd -S '' -a lines
      else
        compadd -a lines
      fi
      if (( ${#lines} == 0 && (directive & 4) == 0 )); then
        _files
      fi
    }

    if [ "$funcstack[1]" = "_kubectl" ]; then
      _kubectl
    fi

    """#

  private static let fish = #"""
    function __kubectl_candidates
      set -l words (commandline -opc) (commandline -ct)
      for line in (kubectl __complete $words[2..-1] 2>/dev/null)
        string match -q ':*' -- $line; or echo $line
      end
    end

    complete -c kubectl -e
    complete -k -c kubectl -a '(__kubectl_candidates)'

    """#

  private static let powershell = #"""
    Register-ArgumentCompleter -CommandName 'kubectl' -ScriptBlock {
      param($WordToComplete, $CommandAst, $CursorPosition)
      $words = @($CommandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
      if ($WordToComplete -eq '') { $words += '' }
      kubectl __completeNoDesc @words 2>$null | Where-Object { $_ -notmatch '^:\d+$' } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
      }
    }

    """#
}
