/** `npm run build`: the bundle, without a word when all is well. What the bundler warns of ends it. */
import { rolldown } from 'rolldown'
import config from './rolldown.config.js'

const { output, ...input } = config
const bundle = await rolldown({
  ...input,
  onwarn({ message }) {
    throw new Error(message)
  },
})
await bundle.write({ ...output, cleanDir: true })
await bundle.close()
