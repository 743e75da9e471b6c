import type { Command } from './command.ts'
import { cleanupCommand } from './commands/cleanup.ts'
import { reportCommand } from './commands/report.ts'
import { setupCommand } from './commands/setup.ts'
import { statusCommand } from './commands/status.ts'

/** Every command, in the order of help. */
export const COMMANDS: readonly Command[] = [setupCommand, statusCommand, reportCommand, cleanupCommand]
