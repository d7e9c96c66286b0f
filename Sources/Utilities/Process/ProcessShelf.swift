// The utilities that run other programs, wait, or look at processes.

var processUtilities: [Registration] {
  [
    Registration("env") { Env($0) },
    Registration("nohup") { NoHangup($0) },
    Registration("nice") { RunAs($0, "nice", "n,adjustment=") },
    Registration("ionice") { RunAs($0, "ionice", "c,class= n,classdata= t,ignore !p,pid=") },
    Registration("stdbuf") { RunAs($0, "stdbuf", "i,input= o,output= e,error=") },
    Registration("setsid") { RunAs($0, "setsid", "c,ctty f,fork w,wait") },
    Registration("sudo") { Sudo($0) },
    Registration("su") { SwitchUser($0) },
    Registration("sleep") { Sleep($0) },
    Registration("timeout") { Timeout($0) },
    Registration("watch") { Watch($0) },
    Registration("xargs") { Xargs($0) },
    Registration("find") { Find($0) },
    Registration(Tool("kill", .raw, run: killProcesses)),
    Registration(Tool("pgrep", .raw) { grepProcesses($0, kills: false) }),
    Registration(Tool("pkill", .raw) { grepProcesses($0, kills: true) }),
    Registration(Tool("ps", .raw, run: processStatus)),
  ]
}
