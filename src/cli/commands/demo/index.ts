import { SEED_FLAG } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'

export const command = define({
  examples: [['with different traffic', 'demo --seed 7']],
  flags: [SEED_FLAG],
  parse: (args) => ({ seed: args.number('seed') }),
  run: async (app, { seed }) => (await import('./tour.ts')).tour(app, seed),
})
