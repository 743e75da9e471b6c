import { parseUsd } from '../../../report/gates.ts'
import { ACCOUNT_FLAGS } from '../../args/account-flags.ts'
import { OFFLINE_FLAG } from '../../args/flag.ts'
import { type CommandBody, command, type Entry } from '../command.ts'

export interface McpOptions {
  offline: boolean
  /** US dollars that AWS may bill, at list prices, for all that is asked while the server runs. */
  mostUsd: number
}

const USUAL_MOST = 1

/** @param entries the commands, of which the tools are some */
export function mcpCommand(entries: readonly Entry[]): CommandBody {
  return command<McpOptions>({
    examples: [
      { says: 'read one account with a profile', run: 'bedrock-monitor mcp --profile prod --region us-east-1' },
      {
        says: 'an organization, for at most $5 of AWS calls',
        run: 'bedrock-monitor mcp --accounts org --max-aws-cost 5',
      },
    ],
    flags: [
      {
        name: 'max-aws-cost',
        value: 'USD',
        describe: `stop when AWS has billed so much for what was asked (default ${USUAL_MOST.toFixed(2)})`,
        check: (value) => (parseUsd(value) === undefined ? 'a sum of US dollars such as 0.10 or 1' : undefined),
      },
      OFFLINE_FLAG,
      ...ACCOUNT_FLAGS,
    ],
    more: [
      {
        title: 'Tools',
        lines: [
          'usage, cost, reconcile, prices, doctor, query and alarms. They read only.',
          'They answer over stdin and stdout; agents start the program themselves.',
        ],
      },
    ],
    parse: (args) => ({
      offline: args.is('offline'),
      mostUsd: parseUsd(args.text('max-aws-cost') ?? '') ?? USUAL_MOST,
    }),
    run: async (app, options) => (await import('./serve.ts')).serve(app, entries, options),
  })
}
