/*
 * tables_for_tests.h - every edge's table, and room for any of its structs.
 */
#ifndef IPC_TABLES_FOR_TESTS_H
#define IPC_TABLES_FOR_TESTS_H

#include "ipc/msg_admin.h"
#include "ipc/msg_agent.h"
#include "ipc/msg_auth.h"
#include "ipc/msg_dns.h"
#include "ipc/msg_keys.h"
#include "ipc/msg_open.h"
#include "ipc/msg_queue.h"
#include "ipc/msg_role.h"
#include "ipc/msg_seal.h"
#include "ipc/msg_session.h"
#include "ipc/msg_store.h"

static const struct {
	const char *name;
	const struct field_msg *table;
	size_t types;
} ipc_tables[] = {
	{ "parent", msg_parent, PARENT_TYPES },
	{ "hand", msg_hand, HAND_TYPES },
	{ "store", msg_store, STORE_TYPES },
	{ "seal", msg_seal, SEAL_TYPES },
	{ "scan", msg_scan, SCAN_TYPES },
	{ "keys", msg_keys, KEYS_TYPES },
	{ "auth", msg_auth, AUTH_TYPES },
	{ "admin", msg_admin, ADMIN_TYPES },
	{ "agent", msg_agent, AGENT_TYPES },
	{ "read", msg_read, READ_TYPES },
	{ "write", msg_write, WRITE_TYPES },
	{ "open", msg_open, OPEN_TYPES },
	{ "queue", msg_queue, QUEUE_TYPES },
	{ "send", msg_send, SEND_TYPES },
	{ "dns", msg_dns, DNS_TYPES },
};

enum { IPC_TABLES = sizeof(ipc_tables) / sizeof(ipc_tables[0]) };

union ipc_any {
	struct msg_child child;
	struct msg_parent_answer answer;
	struct msg_seal_message seal;
	struct msg_seal_cert_is cert_is;
	union msg_queue_any queue;
	union msg_send_any send;
	char room[512];
};

#endif
