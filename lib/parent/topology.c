/* topology.c - one role of the table. */

#include "parent/topology.h"

#include <assert.h>

const struct topology_role *
topology_role(enum role_id id)
{
	for (size_t i = 0; i < topology_roles_count; i++)
		if (topology_roles[i].id == id)
			return &topology_roles[i];
	assert(!"no such role");
	return NULL;
}

bool
topology_is_keyed(enum role_id id)
{
	return (topology_keyed >> id & 1) != 0;
}
