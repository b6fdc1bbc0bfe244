import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";
import { PontoListRenderer, hasSearched } from "./search_without_hit";

/**
 * Connections without any institution are groups without a row; the help for an empty
 * list must not lie over their buttons. A search without a hit leaves such groups, too.
 */
export class PontoInstitutionListRenderer extends PontoListRenderer {
    get showNoContentHelper() {
        const { list } = this.props;
        const groups = list.isGrouped ? list.groups : [];
        if (groups.length && hasSearched(this.env.searchModel)) {
            return groups.every((group) => !group.count);
        }
        return !groups.length && super.showNoContentHelper;
    }
}

registry.category("views").add("ponto_institution_list", {
    ...listView,
    Renderer: PontoInstitutionListRenderer,
});
