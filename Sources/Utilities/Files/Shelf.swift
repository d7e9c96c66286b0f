// The utilities that work on files and folders.

let fileUtilities: [Registration] = []
