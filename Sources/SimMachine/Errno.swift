// Error numbers of system calls and the sentences the C library has for them (glibc's strerror).

package enum Errno: Error, Equatable {
  case noEntry, notDirectory, isDirectory, exists, accessDenied, notPermitted, notEmpty, tooManyLinks, badDescriptor
  case brokenPipe, invalidArgument, notExecutable, noChild, noProcess, nameTooLong, readOnly, busy, crossDevice
  case noSpace, notTerminal, fileTooLarge, tooManyFiles

  /// The message programs print after the colon.
  package var message: String {
    switch self {
    case .noEntry: return "No such file or directory"
    case .notDirectory: return "Not a directory"
    case .isDirectory: return "Is a directory"
    case .exists: return "File exists"
    case .accessDenied: return "Permission denied"
    case .notPermitted: return "Operation not permitted"
    case .notEmpty: return "Directory not empty"
    case .tooManyLinks: return "Too many levels of symbolic links"
    case .badDescriptor: return "Bad file descriptor"
    case .brokenPipe: return "Broken pipe"
    case .invalidArgument: return "Invalid argument"
    case .notExecutable: return "Exec format error"
    case .noChild: return "No child processes"
    case .noProcess: return "No such process"
    case .nameTooLong: return "File name too long"
    case .readOnly: return "Read-only file system"
    case .busy: return "Device or resource busy"
    case .crossDevice: return "Invalid cross-device link"
    case .noSpace: return "No space left on device"
    case .notTerminal: return "Inappropriate ioctl for device"
    case .fileTooLarge: return "File too large"
    case .tooManyFiles: return "Too many open files"
    }
  }
}
