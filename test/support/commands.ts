import { type Command, loadAll } from '../../src/cli/command.ts'
import { COMMANDS as ENTRIES } from '../../src/cli/commands/index.ts'

/** Every command of the program, loaded. */
export const COMMANDS: readonly Command[] = await loadAll(ENTRIES)
