import { written } from '../../ui/error.ts'
import { createIo } from '../../ui/io.ts'
import type { Entry } from '../commands/command.ts'
import { mainHelp } from '../help/help.ts'
import type { Host } from './app.ts'

/** Lines that ask for no more than the main help. */
const HELP: readonly (string | undefined)[] = ['--help', '-h', 'help']

/**
 * Carries out one command line and answers the exit code; never throws. What is asked for most often by people who wait for
 * it, the main help and the version, is answered before anything else of the program is loaded.
 */
export async function dispatch(host: Host, commands: readonly Entry[]): Promise<number> {
  const [word, ...more] = host.argv
  const isHelp = HELP.includes(word)
  if (more.length > 0 || !(isHelp || word === '--version')) {
    const { runLine } = await import('./run-line.ts')
    return runLine(host, commands)
  }
  const io = createIo(host)
  if (isHelp) io.stdout.print(mainHelp(io.stdout, commands))
  else io.stdout.line(await host.version())
  return written(io, 0)
}
