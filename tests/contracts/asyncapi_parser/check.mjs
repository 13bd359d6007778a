// Reads the AsyncAPI document named on the command line and prints what the official parser says of it, as JSON.
import { fromFile, Parser } from '@asyncapi/parser';

const { document, diagnostics } = await fromFile(new Parser(), process.argv[2]).parse();
const channels = document?.allChannels().all().map((channel) => channel.address()) ?? [];
const messages = document?.allMessages().all().map((message) => message.name()) ?? [];
const findings = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path }));
process.stdout.write(JSON.stringify({ channels, messages, findings }));
