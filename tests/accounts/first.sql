-- A database as the first version of the code made it on SQLite, with two accounts and the people that one has invited.
-- On PostgreSQL it wrote SERIAL for the ids of accounts and members, and TIMESTAMP WITH TIME ZONE for DATETIME.
CREATE TABLE accounts (
	id INTEGER NOT NULL,
	reference VARCHAR(16) NOT NULL,
	run VARCHAR(64) NOT NULL,
	email VARCHAR(254) NOT NULL,
	username VARCHAR(30) NOT NULL,
	email_key VARCHAR(254) NOT NULL,
	username_key VARCHAR(60) NOT NULL,
	password_hash VARCHAR(200) NOT NULL,
	full_name VARCHAR(200) NOT NULL,
	date_of_birth DATE NOT NULL,
	country VARCHAR(2) NOT NULL,
	"plan" VARCHAR(20) NOT NULL,
	organisation VARCHAR(200),
	seats INTEGER,
	created_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (reference),
	UNIQUE (run),
	UNIQUE (email_key),
	UNIQUE (username_key)
);
CREATE TABLE members (
	id INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	name VARCHAR(200) NOT NULL,
	email VARCHAR(254) NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_members_account_id ON members (account_id);
CREATE TABLE sessions (
	id VARCHAR(64) NOT NULL,
	data TEXT NOT NULL,
	version INTEGER NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX ix_sessions_expires ON sessions (expires);
INSERT INTO accounts VALUES(1,'MPSL-FC8Y','run-1','Ada@example.com','Ada','ada@example.com','ada','$argon2id$v=19$m=65536,t=3,p=4$Soe1w+EhcKEBAE6BweHvIg$upn4yFyCOYDEGWOTnvNoPYJqakqxDt79TgaiyIPx7Yc','Ada Lovelace','1985-12-10','GB','personal',NULL,NULL,'2026-11-24 09:41:50.146409');
INSERT INTO accounts VALUES(2,'LDJA-AFBL','run-2','grace@example.com','grace','grace@example.com','grace','$argon2id$v=19$m=65536,t=3,p=4$Soe1w+EhcKEBAE6BweHvIg$upn4yFyCOYDEGWOTnvNoPYJqakqxDt79TgaiyIPx7Yc','Grace Hopper','1976-12-09','US','team','Navy',5,'2026-11-24 09:41:50.156349');
INSERT INTO members VALUES(1,2,'Alan','alan@example.com');
INSERT INTO members VALUES(2,2,'Kay','kay@example.com');
