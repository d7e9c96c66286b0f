// uptime, free and df: what they print was measured on one machine at one moment, and nobody sees it again. Their mistakes are
// said (procps-ng 4; GNU coreutils manual, section 14.1), their figures are not simulated.

import SimMachine

func uptime(_ call: ToolCall) -> Int32 { call.notSimulated("how long the machine has been up, and its load") }

func freeMemory(_ call: ToolCall) -> Int32 { call.notSimulated("how much memory the machine uses") }

func diskFree(_ call: ToolCall) -> Int32 {
  var isAnyThere = call.operands.isEmpty
  for path in call.operands {
    if call.inode(path) == nil {
      call.complain("\(path): No such file or directory")
    } else {
      isAnyThere = true
    }
  }
  return isAnyThere ? call.notSimulated("how full the machine's file systems are") : call.status
}
