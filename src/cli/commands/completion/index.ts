import { usageError } from '../../../core/errors.ts'
import { choice } from '../../args/flag.ts'
import { define, loadAll, printJson } from '../../command.ts'
import { completed, INSTALL, SHELLS, type Shell } from '../../completion/model.ts'

export const command = define({
  examples: [
    ['for your current shell', 'completion'],
    ['for another shell', 'completion fish'],
  ],
  argument: {
    shown: '[shell]',
    describe: `${SHELLS.join(', ')} (default: from $SHELL)`,
    most: 1,
    ...choice(...SHELLS),
  },
  flags: [],
  more: SHELLS.map((shell) => ({ title: `Install it for ${shell}`, lines: INSTALL[shell] })),
  parse: ({ words: [shell] }) => ({ given: shell as Shell | undefined }),
  async run(app, { given }) {
    const usual = app.env.SHELL?.split('/').at(-1)
    const shell = given ?? SHELLS.find((one) => one === usual)
    if (shell === undefined) {
      const message = `completion: no script for the shell in SHELL: '${app.env.SHELL ?? ''}'`
      throw usageError(message, `name ${SHELLS.join(' or ')}`)
    }
    const scripts = {
      bash: async () => (await import('../../completion/bash-zsh.ts')).bashScript,
      zsh: async () => (await import('../../completion/bash-zsh.ts')).zshScript,
      fish: async () => (await import('../../completion/fish.ts')).fishScript,
    }
    const script = (await scripts[shell]())(completed(await loadAll(app.entries)))
    if (app.common.json) printJson(app, { schemaVersion: 1, command: 'completion', ok: true, shell, script })
    else app.io.stdout.write(script)
    return 0
  },
})
