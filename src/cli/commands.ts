import type { Command } from './command.ts'
import { alarmsCommand } from './commands/alarms.ts'
import { cleanupCommand } from './commands/cleanup.ts'
import { completionCommand } from './commands/completion.ts'
import { demoCommand } from './commands/demo.ts'
import { doctorCommand } from './commands/doctor.ts'
import { permissionsCommand } from './commands/permissions.ts'
import { pricesCommand } from './commands/prices.ts'
import { queryCommand } from './commands/query.ts'
import { reportCommand } from './commands/report.ts'
import { sandboxCommand } from './commands/sandbox.ts'
import { setupCommand } from './commands/setup.ts'
import { statusCommand } from './commands/status.ts'
import { watchCommand } from './commands/watch.ts'

const under = (group: string, ...commands: Command[]): Command[] => commands.map((each) => ({ ...each, group }))

/** Every command, in the order of help. */
export const COMMANDS: readonly Command[] = [
  ...under('Usage and cost', reportCommand, queryCommand, watchCommand, pricesCommand),
  ...under('Monitoring', setupCommand, statusCommand, alarmsCommand, doctorCommand, cleanupCommand, permissionsCommand),
  ...under('Without an account', demoCommand, sandboxCommand),
  ...under(
    'Shell',
    completionCommand(() => COMMANDS),
  ),
]
