import { parseUsd } from '../../../report/gates.ts'
import { flag, valid } from '../../args/flag.ts'
import { ACCOUNT_FLAGS, OFFLINE_FLAG } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'

const USUAL_MOST = 1
/** What each call of a tool has of the server's own flags, where its command has them. */
const PASSED = [...['profile', 'endpoint-url', 'config', 'region', 'offline'], ...ACCOUNT_FLAGS.map(({ name }) => name)]

export const command = define({
  examples: [
    ['read one account with a profile', 'mcp --profile prod --region us-east-1'],
    ['an organization, for at most $5 of AWS calls', 'mcp --accounts org --max-aws-cost 5'],
  ],
  flags: [
    flag(
      '--max-aws-cost USD',
      `stop when AWS has charged this much for its calls (default ${USUAL_MOST.toFixed(2)})`,
      valid(parseUsd, 'an amount of US dollars such as 0.10 or 1'),
    ),
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
    mostUsd: parseUsd(args.text('max-aws-cost') ?? '') ?? USUAL_MOST,
    passed: PASSED.filter(args.has).map((name) => [name, args.list(name).join() || 'true'] as const),
  }),
  run: async (app, { mostUsd, passed }) => (await import('./serve.ts')).serve(app, mostUsd, passed),
})
