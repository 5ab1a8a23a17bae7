// An OAuth 2.0 server on this machine, of a package that knows nothing of Counterpart: whoever comes is let in at once, and is
// told to have the number that it is started with. Prints where it is.
import { OAuth2Server } from '../ui/node_modules/oauth2-mock-server/dist/index.mjs';

const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
server.service.on('beforeUserinfo', (answer) => {
  answer.body = { sub: 'guest', phone_number: process.argv[2], phone_number_verified: true };
});
await server.start(0, '127.0.0.1');
console.log(`http://127.0.0.1:${server.address().port}`);
