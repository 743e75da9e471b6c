import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** The system's own command that shows a file in the program that people have for it. */
function opener(platform: string): readonly [command: string, ...args: string[]] {
  if (platform === 'darwin') return ['open']
  // `start` takes the first text in quotation marks for a title.
  return platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
}

/** Shows a file to whoever sits at the machine, and waits no longer than until that has begun. Throws what the system says. */
export async function openFile(path: string, platform: string): Promise<void> {
  const [command, ...args] = opener(platform)
  const child = spawn(command, [...args, path], { stdio: 'ignore', detached: true })
  await once(child, 'spawn')
  child.unref()
}
