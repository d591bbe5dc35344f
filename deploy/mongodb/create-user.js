// Runs once, in mongosh, when the database is new: the product's own user, which may write to its own database only.
const { readFileSync } = require('node:fs');

db.getSiblingDB('contact_link').createUser({
  user: 'contact_link',
  pwd: readFileSync('/run/secrets/mongodb-password', 'utf8').trim(),
  roles: [{ role: 'readWrite', db: 'contact_link' }],
});
