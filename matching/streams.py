"""Which material concept is which stream of the acts.

A concept stands for everything below it until one below has its own line. None: not sure, or something in it
(cutting oil, CFC, a flame retardant, dirt) makes the stream unfit to build on. A concept without a line has none.
"""

from collections.abc import Iterator, Mapping

from matching.end_of_waste.words import Stream

_OF_STREAM: Mapping[Stream | None, str] = {
    Stream.IRON_STEEL_SCRAP: """
        ferrous_heavy_melting ferrous_shredded ferrous_light ferrous_new_production ferrous_cast_iron
        ferrous_rebar ferrous_galvanised ferrous_tinplate ferrous_stainless ferrous_tool_steel
    """,
    Stream.ALUMINIUM_SCRAP: "nf_aluminium",
    Stream.COPPER_SCRAP: "nf_copper nf_brass nf_bronze",
    Stream.GLASS_CULLET: """
        glass_packaging glass_flat_clear glass_tempered glass_insulating glass_cullet_fine glass_furnace_ready
    """,
    Stream.RECYCLED_AGGREGATE: "concrete_granulate masonry_granulate granulate_mixed",
    Stream.BUILDING_MATERIAL: "natural_stone gravel_sand_raw",
    Stream.SLAG: "slag_blast_furnace slag_steel slag_phosphorus",
    Stream.ASPHALT: "asphalt_tarfree",
    Stream.COMPOST: "compost",
    Stream.DIGESTATE: "digestate",
    Stream.STRUVITE: "struvite",
    Stream.THERMAL_OR_PYROLYSIS_MATERIAL: "biochar",
    Stream.SEWAGE_SLUDGE: "sludge_sewage",
    Stream.SOIL: "soil_sand soil_clay soil_peat soil_topsoil soil_clean soil_residential soil_industry",
    Stream.PLASTICS: """
        plastics_film plastics_rigid pe pp pet ps pvc abs pa pc pmma pom_ptfe pla plastics_regranulate_mixed
        plastics_production_scrap
    """,
    Stream.RUBBER: "rubber_granulate rubber_shreds rubber_powder rubber_epdm_profiles rubber_latex rubber_silicone",
    Stream.PAPER: "board paper_deinking paper_printers_mix paper_archive paper_kraft paper_rolls paper_shredded",
    Stream.WOOD: "wood_grade_a wood_reclaimed wood_bark wood_cork wood_bamboo",
    Stream.TEXTILES: """
        textiles_clothing textiles_household textiles_non_rewearable textiles_fibre textiles_cutting_waste
    """,
    Stream.FOOD: "food_surplus",
    Stream.FOOD_INDUSTRY_RESIDUE: """
        food_dairy food_vegetables_fruit food_bakery food_cereals food_oilseeds food_cocoa food_sugar_sweets
        food_beverages
    """,
    Stream.ELECTRICAL_EQUIPMENT: """
        weee_large_white weee_brown weee_screens weee_it weee_small weee_luminaires weee_pv_panels weee_inverters
        weee_medical weee_reusable
    """,
    Stream.GOODS: """
        doors windows stairs_railings sanitary radiators roof_tiles bricks_reclaimed paving tiles_wall_floor
        carpet_tiles raised_floors ceiling_systems metal_stud_profiles ducts_ventilation cable_trays
        hardware_fasteners blinds_sunscreens street_furniture furniture pallets crates_boxes
        boxes_cardboard_reusable packaging_glass_reusable roll_containers vehicle_bicycles machine_hand_tools
    """,
    None: """
        nf_alu_dross nf_alu_copper_radiators nf_alu_turnings nf_copper_burnt nf_copper_sheet nf_brass_turnings
        reuse_goods_mixed furniture_vehicle_seats mattresses doors_fire soil_sand_contaminated soil_clay_contaminated
        film_contaminated film_agricultural film_multilayer eps eps_white eps_rejects eps_compacted pvc_soft
        fishing_nets cargo_nets board_beverage_cartons weee_crt weee_vending
    """,
}


def _lines() -> Iterator[tuple[str, Stream | None]]:
    for stream, concepts in _OF_STREAM.items():
        for concept in concepts.split():
            yield concept, stream


STREAMS: Mapping[str, Stream | None] = dict(_lines())
"""By concept id."""
