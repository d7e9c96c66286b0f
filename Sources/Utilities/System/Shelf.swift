// The utilities that tell about or act on the machine.

let systemUtilities: [Registration] = []
