import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { describeWith } from '../support/external.ts'
import { ACCOUNT, contract } from './contract.ts'

describeWith(['aws'], 'against the sandbox', () =>
  contract({
    async start() {
      const { url, close } = await startSandbox({ account: ACCOUNT })
      return { url, stop: close }
    },
    tagsDashboards: true,
    encryptsByDefault: true,
    percentiles: true,
    validatesLogging: true,
    knowsOptions: true,
  }),
)
